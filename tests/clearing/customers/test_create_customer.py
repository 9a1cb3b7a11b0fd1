"""A customer is a company with a number that can be checked, somebody to call and an empty account."""

from typing import Any

import pytest

from florin.clearing.customers.create_customer import CreateCustomer, create_customer
from florin.clearing.customers.read_customer import CustomerProfile, customers_page, read_customer
from florin.clearing.customers.read_funding import FundingStatement, read_funding
from florin.domain.contacts import Contact
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.paging import Page
from florin.domain.people import OPERATOR_ROLES, Role
from florin.storage.corporate.customers import Customer
from florin.storage.fresh_ids import fresh_id
from tests.clearing.customers.cashier import Cashier
from tests.world import NOON

LI_NA = Contact.read("李娜", "+86 21 5555 0101", "li.na@example.com")
NUMBERS = ["91330100799655058B", "9144030071526726XG", "914403001922038216", "91110000802100433B"]


def company(cashier: Cashier, **changes: Any) -> CreateCustomer:  # noqa: ANN401 (any field of it)
    fields: dict[str, Any] = {
        "programme_id": cashier.world.home,
        "name": " Honeynut  有限公司 ",
        "registration_number": NUMBERS[0].lower(),
        "contacts": (LI_NA,),
        "approval_limit_minor": 5_000_00,
    }
    return CreateCustomer(**(fields | changes))


async def created(cashier: Cashier, **changes: Any) -> Customer:  # noqa: ANN401 (any field of it)
    made = await create_customer(cashier.house, cashier.corporate.operator, company(cashier, **changes), NOON)
    assert isinstance(made, Customer)
    return made


async def test_a_customer_begins_with_an_empty_account(cashier: Cashier) -> None:
    made = await created(cashier)
    profile = await read_customer(cashier.house, cashier.corporate.operator, made.id)
    assert isinstance(profile, CustomerProfile)
    assert ("Honeynut 有限公司", NUMBERS[0], 5_000_00, True) == (
        profile.customer.name,
        profile.customer.registration_number,
        profile.customer.approval_limit_minor,
        profile.customer.is_active,
    )
    assert ((LI_NA,), (None, 10_000), ("CNY", 0, 0)) == (
        profile.contacts,
        profile.tier,
        (profile.funding.unit, profile.funding.balance_minor, profile.funding.reserved_minor),
    )
    assert ["customer.created"] == cashier.actions(made.id)


async def test_whom_to_call_is_sealed(cashier: Cashier) -> None:
    made = await created(cashier, registration_number=NUMBERS[1])
    (sealed,) = cashier.world.one("SELECT contact_encrypted FROM customer WHERE id = %s", made.id)
    assert b"li.na@example.com" not in sealed
    assert [] == cashier.world.rows("SELECT FROM audit WHERE detail::text LIKE '%%li.na%%'")


async def test_a_registration_number_is_one_customers_of_a_programme(cashier: Cashier) -> None:
    await created(cashier, registration_number=NUMBERS[2])
    again = company(cashier, registration_number=NUMBERS[2])
    assert await create_customer(cashier.house, cashier.corporate.operator, again, NOON) is Decline.REGISTRATION_TAKEN
    await created(cashier, registration_number=NUMBERS[2], programme_id=cashier.world.abroad)


async def test_the_number_is_checked_by_the_programmes_policy(cashier: Cashier) -> None:
    wrong = company(cashier, registration_number="HRB 12345")
    with pytest.raises(InvalidField, match="registration_number"):
        await create_customer(cashier.house, cashier.corporate.operator, wrong, NOON)
    await created(cashier, registration_number="HRB 12345", programme_id=cashier.world.abroad)


async def test_only_our_operators_create_customers_in_programmes_that_exist(cashier: Cashier) -> None:
    for role in set(Role) - {Role.OPERATOR}:
        customer = cashier.customer if role not in OPERATOR_ROLES else None
        somebody = cashier.corporate.person(role, customer=customer)
        assert await create_customer(cashier.house, somebody, company(cashier), NOON) is Decline.ROLE_REQUIRED
    nowhere = company(cashier, programme_id=fresh_id())
    assert (
        await create_customer(cashier.house, cashier.corporate.operator, nowhere, NOON) is Decline.PROGRAMME_NOT_FOUND
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"name": " "},
        {"name": "x" * 101},
        {"contacts": ()},
        {"contacts": (LI_NA,) * 11},
        {"approval_limit_minor": -1},
        {"approval_limit_minor": 10**12},
    ],
)
def test_what_is_no_customer_is_refused_at_the_door(cashier: Cashier, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidField):
        company(cashier, **changes)


@pytest.mark.parametrize(
    ("name", "telephone", "mail"),
    [("", "12345", None), ("x", None, None), ("x", "12", None), ("x", "12345a", None), ("x", None, "not a mail")],
)
def test_what_is_no_contact_is_refused(name: str, telephone: str | None, mail: str | None) -> None:
    with pytest.raises(InvalidField):
        Contact.read(name, telephone, mail)


async def test_a_stranger_is_told_that_there_is_no_such_customer(cashier: Cashier) -> None:
    stranger = cashier.corporate.person(Role.BUYER, customer=cashier.corporate.customer())
    assert await read_customer(cashier.house, stranger, cashier.customer) is Decline.CUSTOMER_NOT_FOUND
    assert await read_funding(cashier.house, stranger, cashier.customer, 10) is Decline.CUSTOMER_NOT_FOUND
    assert await customers_page(cashier.house, stranger, None, None, 10) is Decline.ROLE_REQUIRED
    administrator = cashier.corporate.person(Role.ADMINISTRATOR)
    assert await read_customer(cashier.house, administrator, cashier.customer) is Decline.ROLE_REQUIRED
    assert await customers_page(cashier.house, administrator, None, None, 10) is Decline.ROLE_REQUIRED


async def test_customers_are_listed_the_latest_first(cashier: Cashier) -> None:
    last = cashier.corporate.customer()
    page = await customers_page(cashier.house, cashier.corporate.operator, cashier.world.home, None, 1)
    assert isinstance(page, Page)
    assert [last] == [each.id for each in page.items]
    rest = await customers_page(cashier.house, cashier.corporate.operator, None, page.next_after, 1)
    assert isinstance(rest, Page)
    assert [cashier.customer] == [each.id for each in rest.items]


async def test_a_statement_says_how_it_came_to_what_there_is(cashier: Cashier) -> None:
    for amount_minor in (100_00, 50_00, 25_00):
        await cashier.receive(amount_minor)
    buyer = cashier.corporate.person(Role.BUYER, customer=cashier.customer)
    shown = await read_funding(cashier.house, buyer, cashier.customer, 2)
    assert isinstance(shown, FundingStatement)
    assert (175_00, 0, 175_00) == (
        shown.funding.balance_minor,
        shown.funding.reserved_minor,
        shown.funding.available_minor,
    )
    rest = await read_funding(cashier.house, buyer, cashier.customer, 2, shown.lines.next_after)
    assert isinstance(rest, FundingStatement)
    assert [(25_00, 175_00), (50_00, 150_00), (100_00, 100_00)] == [
        (each.amount_minor, each.balance_after_minor) for each in (*shown.lines.items, *rest.lines.items)
    ]
