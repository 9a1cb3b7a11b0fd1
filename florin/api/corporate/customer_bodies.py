"""Customers on the wire: what is sent and what is shown."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from florin.api.corporate import customer_examples as examples
from florin.api.fields import Choice, CustomerId, Fields, PrivateFields, ProgrammeId
from florin.api.ledger.statement_views import StatementLineView, statement_line_view
from florin.api.programmes.programme_bodies import ThresholdField
from florin.api.views import AmountView, View, amount_view, next_cursor
from florin.clearing.customers.read_customer import CustomerProfile
from florin.clearing.customers.read_funding import FundingStatement
from florin.domain.contacts import MOST_CONTACTS, Contact
from florin.domain.customer import CustomerStatus
from florin.domain.names import LONGEST_NAME
from florin.storage.corporate.customers import Customer
from florin.storage.corporate.funding import Funding

FUNDING_LIST = "funding"

Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]


class ContactField(PrivateFields):
    """Somebody to call at a customer: by telephone, by mail or both."""

    name: Name
    telephone: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    mail: Annotated[str, Field(min_length=1, max_length=254)] | None = None

    def read(self) -> Contact:
        """The contact in its one spelling."""
        return Contact.read(self.name, self.telephone, self.mail)


Contacts = Annotated[list[ContactField], Field(min_length=1, max_length=MOST_CONTACTS)]


class CustomersContactsFields(PrivateFields, example=examples.CONTACTS):
    """Whom to call at a customer."""

    contacts: Contacts


class CustomersNameFields(Fields, example=examples.RENAMED):
    """How a customer is registered by now, and its bank account called."""

    name: Name


class ApprovalLimitFields(Fields, example=examples.APPROVAL_LIMIT):
    """The face total above which an order needs the customer's own approver."""

    approval_limit: ThresholdField


class CustomerFields(PrivateFields, example=examples.NEW_CUSTOMER):
    """A new customer. Under policy pack `cn` the registration number is the unified social credit identifier."""

    programme_id: ProgrammeId
    name: Name
    registration_number: Annotated[str, Field(min_length=1, max_length=64)]
    contacts: Contacts
    approval_limit: ThresholdField


class CustomerView(View):
    """A customer in a list."""

    id: CustomerId
    programme_id: ProgrammeId
    name: str
    registration_number: str
    status: Annotated[CustomerStatus, Choice]
    approval_limit: AmountView
    created_at: datetime

    @classmethod
    def of(cls, customer: Customer, unit: str) -> Self:
        """A customer in its programme's currency."""
        return cls(
            id=customer.id,
            programme_id=customer.programme_id,
            name=customer.name,
            registration_number=customer.registration_number,
            status=customer.status,
            approval_limit=amount_view(customer.approval_limit_minor, unit),
            created_at=customer.created_at,
        )


class CustomerPage(View):
    """Some customers, and the cursor of the next page."""

    items: list[CustomerView]
    next_cursor: str | None


class ContactView(View):
    """Somebody to call."""

    name: str
    telephone: str | None
    mail: str | None


class FundsView(View):
    """A customer's money that is not on cards: what orders and refunds have `reserved`, and what is `available`."""

    balance: AmountView
    reserved: AmountView
    available: AmountView


class CustomerProfileView(CustomerView, FundsView):
    """A customer with whom to call, its tier (null: none yet), what it pays of a face value, and its money."""

    contacts: list[ContactView]
    tier: str | None
    price_basis_points: int


class FundingView(FundsView):
    """A customer's money, and the lines of its account, the latest first; a receipt's `reference` is the bank's."""

    items: list[StatementLineView]
    next_cursor: str | None


def profile_view(profile: CustomerProfile) -> CustomerProfileView:
    """A customer in full."""
    unit = profile.funding.unit
    return CustomerProfileView(
        **dict(CustomerView.of(profile.customer, unit)),
        **dict(_funds_view(profile.funding)),
        contacts=[ContactView.model_validate(each) for each in profile.contacts],
        tier=profile.tier.name,
        price_basis_points=profile.tier.price_basis_points,
    )


def funding_view(shown: FundingStatement) -> FundingView:
    """A statement of a customer's money."""
    return FundingView(
        **dict(_funds_view(shown.funding)),
        items=[statement_line_view(each) for each in shown.lines.items],
        next_cursor=next_cursor(FUNDING_LIST, shown.lines.next_after),
    )


def _funds_view(funding: Funding) -> FundsView:
    return FundsView(
        balance=amount_view(funding.balance_minor, funding.unit),
        reserved=amount_view(funding.reserved_minor, funding.unit),
        available=amount_view(funding.available_minor, funding.unit),
    )
