"""Customers: the companies that order cards, whom to call there, and what money they have."""

from typing import Annotated

from fastapi import Query

from florin.api.asking import ThePerson
from florin.api.callers import people
from florin.api.corporate import customer_examples as examples
from florin.api.corporate.customer_bodies import (
    FUNDING_LIST,
    ApprovalLimitFields,
    CustomerFields,
    CustomerPage,
    CustomerProfileView,
    CustomersContactsFields,
    CustomersNameFields,
    CustomerView,
    FundingView,
    funding_view,
    profile_view,
)
from florin.api.fields import CustomerId, ProgrammeId
from florin.api.given import ThePage
from florin.api.management_examples import page_of
from florin.api.problems.document import Refused
from florin.api.programmes.programme_bodies import minor_of
from florin.api.programmes.visible_configuration import TheConfiguration
from florin.api.routes import Routes
from florin.api.views import next_cursor
from florin.clearing.customers import change_customer
from florin.clearing.customers import suspend_customer as suspending
from florin.clearing.customers.allowed import READERS
from florin.clearing.customers.create_customer import WHO_MAY as CREATORS
from florin.clearing.customers.create_customer import CreateCustomer, create_customer
from florin.clearing.customers.read_customer import customers_page, profile_of, read_customer
from florin.clearing.customers.read_funding import read_funding
from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.paging import decode_sequence
from florin.domain.people import OPERATOR_ROLES
from florin.storage.corporate.customers import Customer

ROUTES = Routes("Customers")

_LIST = "customers"
_NOT_FOUND = (Decline.CUSTOMER_NOT_FOUND,)

OfProgramme = Annotated[ProgrammeId | None, Query(description="Of which programme; of all when it is left out.")]


@ROUTES.post(
    "/v1/customers",
    allows=people(*CREATORS),
    status=201,
    problems=(Decline.PROGRAMME_NOT_FOUND, Decline.CURRENCY_MISMATCH, Decline.REGISTRATION_TAKEN),
    example=examples.PROFILE,
)
async def add_customer(
    fields: CustomerFields, person: ThePerson, configuration: TheConfiguration
) -> CustomerProfileView:
    """Create a customer, with an empty funding account."""
    programme = configuration.catalogue.programmes.get(fields.programme_id)
    if programme is None:
        raise Refused(Decline.PROGRAMME_NOT_FOUND)
    command = CreateCustomer(
        programme_id=programme.id,
        name=fields.name,
        registration_number=fields.registration_number,
        contacts=tuple(each.read() for each in fields.contacts),
        approval_limit_minor=minor_of(fields.approval_limit, programme.unit),
    )
    return await _profile(person.house, await person.asks(create_customer, command, person.now))


@ROUTES.get("/v1/customers", allows=people(*OPERATOR_ROLES & READERS), example=page_of(examples.CUSTOMER))
async def list_customers(
    person: ThePerson, configuration: TheConfiguration, page: ThePage, programme_id: OfProgramme = None
) -> CustomerPage:
    """List customers, the latest first."""
    found = await person.asks(customers_page, programme_id, page.last_seen(_LIST), page.limit)
    programmes = configuration.catalogue.programmes
    items = [CustomerView.of(each, programmes[each.programme_id].unit) for each in found.items]
    return CustomerPage(items=items, next_cursor=next_cursor(_LIST, found.next_after))


@ROUTES.get("/v1/customers/{customer_id}", allows=people(*READERS), problems=_NOT_FOUND, example=examples.PROFILE)
async def show_customer(customer_id: CustomerId, person: ThePerson) -> CustomerProfileView:
    """Show a customer with whom to call there, its tier and its money."""
    return profile_view(await person.asks(read_customer, customer_id))


@ROUTES.put(
    "/v1/customers/{customer_id}/contacts",
    allows=people(*change_customer.CHANGE_CONTACTS),
    problems=_NOT_FOUND,
    example=examples.PROFILE,
)
async def put_contacts(
    customer_id: CustomerId, fields: CustomersContactsFields, person: ThePerson
) -> CustomerProfileView:
    """Put other contacts in place of a customer's."""
    contacts = tuple(each.read() for each in fields.contacts)
    changed = await person.asks(change_customer.change_contacts, customer_id, contacts, person.now)
    return await _profile(person.house, changed)


@ROUTES.put(
    "/v1/customers/{customer_id}/name",
    allows=people(*change_customer.RENAME),
    problems=(*_NOT_FOUND, Decline.WORKS_FOR_CUSTOMER),
    example=examples.PROFILE,
)
async def put_name(customer_id: CustomerId, fields: CustomersNameFields, person: ThePerson) -> CustomerProfileView:
    """Record that a customer is called otherwise by now; the audit trail keeps both names."""
    changed = await person.asks(change_customer.rename_customer, customer_id, fields.name, person.now)
    return await _profile(person.house, changed)


@ROUTES.put(
    "/v1/customers/{customer_id}/approval-limit",
    allows=people(*change_customer.SET_LIMIT),
    problems=(*_NOT_FOUND, Decline.CURRENCY_MISMATCH),
    example=examples.PROFILE,
)
async def put_approval_limit(
    customer_id: CustomerId, fields: ApprovalLimitFields, person: ThePerson
) -> CustomerProfileView:
    """Set the face total above which the customer's own approver must consent to an order.

    It binds what is submitted from now on. Neither buyers nor the operators who enter orders for them may set it.
    """
    shown = await person.asks(read_customer, customer_id)
    limit_minor = minor_of(fields.approval_limit, shown.funding.unit)
    changed = await person.asks(change_customer.set_approval_limit, customer_id, limit_minor, person.now)
    return await _profile(person.house, changed)


@ROUTES.post(
    "/v1/customers/{customer_id}/suspend",
    allows=people(*suspending.WHO_MAY),
    problems=_NOT_FOUND,
    example={**examples.PROFILE, "status": "suspended"},
)
async def suspend_customer(customer_id: CustomerId, person: ThePerson) -> CustomerProfileView:
    """Stop business with a customer: nothing new is ordered, funded or sent back.

    What it pays is recorded all the same, because the bank has the money.
    """
    return await _profile(person.house, await person.asks(suspending.suspend_customer, customer_id, person.now))


@ROUTES.post(
    "/v1/customers/{customer_id}/resume",
    allows=people(*suspending.WHO_MAY),
    problems=_NOT_FOUND,
    example=examples.PROFILE,
)
async def resume_customer(customer_id: CustomerId, person: ThePerson) -> CustomerProfileView:
    """Do business with a suspended customer again; its approved orders are funded as far as its money goes."""
    return await _profile(person.house, await person.asks(suspending.resume_customer, customer_id, person.now))


@ROUTES.get(
    "/v1/customers/{customer_id}/funding", allows=people(*READERS), problems=_NOT_FOUND, example=examples.FUNDING
)
async def show_funding(customer_id: CustomerId, person: ThePerson, page: ThePage) -> FundingView:
    """Show what money a customer has, and how it came to that: each line follows from the one before."""
    after = None if page.cursor is None else decode_sequence(FUNDING_LIST, page.cursor)
    return funding_view(await person.asks(read_funding, customer_id, page.limit, after))


async def _profile(house: ClearingHouse, customer: Customer) -> CustomerProfileView:
    return profile_view(await profile_of(house, customer))
