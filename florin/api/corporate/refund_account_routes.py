"""The bank account that a customer's refunds go to: proposed by one person, approved or refused by another."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from florin.api.asking import ThePerson
from florin.api.callers import people
from florin.api.corporate import customer_examples as examples
from florin.api.corporate.customer_bodies import Name
from florin.api.corporate.proposal_decision import DECISION_PROBLEMS, decided
from florin.api.fields import Choice, CustomerId, LoginId, PrivateFields, RefundAccountId
from florin.api.given import accepted
from florin.api.people.step_up import StepUpFields
from florin.api.routes import Routes
from florin.api.views import View
from florin.clearing.customers.allowed import READERS
from florin.clearing.customers.refund_account import (
    DECIDE,
    REFUND_ACCOUNT,
    list_refund_accounts,
    propose_refund_account,
)
from florin.domain.bank_account import BankAccount
from florin.domain.declines import Decline
from florin.storage.corporate.proposals import ProposalStatus, RefundAccount

ROUTES = Routes("Customers")


class RefundAccountFields(PrivateFields, example=examples.NEW_REFUND_ACCOUNT):
    """A bank account; its holder is called as the customer is."""

    holder: Name
    bank: Name
    number: Annotated[str, Field(min_length=4, max_length=60)]


class BankAccountView(View):
    """A bank account in full."""

    holder: str
    bank: str
    number: str


class RefundAccountView(View):
    """A bank account by the end of its number; the one `in_force` is where refunds go."""

    id: RefundAccountId
    customer_id: CustomerId
    status: Annotated[ProposalStatus, Choice]
    last4: str
    proposed_by: LoginId
    proposed_at: datetime
    decided_by: LoginId | None
    decided_at: datetime | None

    @classmethod
    def of(cls, account: RefundAccount) -> Self:
        """An account as everybody sees it who may."""
        return cls.model_validate(account)


class RefundAccountInFullView(RefundAccountView):
    """The same with the account itself, for those who approve and pay; null for others."""

    account: BankAccountView | None


class RefundAccountList(View):
    """All that were ever proposed, the latest first."""

    items: list[RefundAccountInFullView]


@ROUTES.post(
    "/v1/customers/{customer_id}/refund-accounts",
    allows=people(*REFUND_ACCOUNT.proposers),
    status=201,
    problems=(Decline.CUSTOMER_NOT_FOUND, Decline.REFUND_ACCOUNT_NOT_OWN, Decline.PROPOSAL_WAITS),
    example={**examples.REFUND_ACCOUNT, "status": "proposed", "decided_by": None, "decided_at": None},
)
async def propose_account(customer_id: CustomerId, fields: RefundAccountFields, person: ThePerson) -> RefundAccountView:
    """Propose the bank account that refunds are to go to; until another person approves, the one in force stays."""
    account = BankAccount.read(fields.holder, fields.bank, fields.number)
    proposed = await propose_refund_account(person.house, person.who, customer_id, account, person.now)
    return RefundAccountView.of(accepted(proposed))


@ROUTES.get(
    "/v1/customers/{customer_id}/refund-accounts",
    allows=people(*READERS),
    problems=(Decline.CUSTOMER_NOT_FOUND,),
    example=examples.REFUND_ACCOUNTS,
)
async def list_accounts(customer_id: CustomerId, person: ThePerson) -> RefundAccountList:
    """List the bank accounts that were proposed for a customer's refunds."""
    found = await person.asks(list_refund_accounts, customer_id)
    items = [
        RefundAccountInFullView(
            **dict(RefundAccountView.of(each.record)),
            account=None if each.account is None else BankAccountView.model_validate(each.account),
        )
        for each in found
    ]
    return RefundAccountList(items=items)


@ROUTES.post(
    "/v1/refund-accounts/{refund_account_id}/approve",
    allows=people(*DECIDE),
    problems=(*DECISION_PROBLEMS, Decline.REFUND_ACCOUNT_NOT_OWN),
    example=examples.REFUND_ACCOUNT,
)
async def approve_account(
    refund_account_id: RefundAccountId, fields: StepUpFields, person: ThePerson
) -> RefundAccountView:
    """Put a proposed bank account in force, in place of the one before; requests for that one are not approved then."""
    account = await decided(
        person.house, person.who, REFUND_ACCOUNT, refund_account_id, fields, person.now, accept=True
    )
    return RefundAccountView.of(account)


@ROUTES.post(
    "/v1/refund-accounts/{refund_account_id}/refuse",
    allows=people(*DECIDE),
    problems=DECISION_PROBLEMS,
    example={**examples.REFUND_ACCOUNT, "status": "refused"},
)
async def refuse_account(
    refund_account_id: RefundAccountId, fields: StepUpFields, person: ThePerson
) -> RefundAccountView:
    """Refuse a proposed bank account; the one in force stays."""
    account = await decided(
        person.house, person.who, REFUND_ACCOUNT, refund_account_id, fields, person.now, accept=False
    )
    return RefundAccountView.of(account)
