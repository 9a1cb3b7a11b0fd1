"""What may change of a customer, and by whom."""

import pytest

from florin.clearing.customers.change_customer import change_contacts, rename_customer, set_approval_limit
from florin.clearing.customers.sealed_contacts import open_contacts
from florin.clearing.customers.suspend_customer import resume_customer, suspend_customer
from florin.domain.contacts import Contact
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.people import OPERATOR_ROLES, Actor, Role
from florin.storage.corporate.customers import Customer
from florin.storage.fresh_ids import fresh_id
from tests.clearing.customers.cashier import Cashier
from tests.world import NOON

WANG = (Contact.read("Wang", "021-5555", None),)


def somebody(cashier: Cashier, role: Role) -> Actor:
    return cashier.corporate.person(role, customer=None if role in OPERATOR_ROLES else cashier.customer)


@pytest.mark.parametrize("role", Role)
async def test_contacts_are_changed_by_the_customers_people_and_our_operators(cashier: Cashier, role: Role) -> None:
    changed = await change_contacts(cashier.house, somebody(cashier, role), cashier.customer, WANG, NOON)
    if role not in {Role.BUYER, Role.APPROVER, Role.OPERATOR}:
        assert changed is Decline.ROLE_REQUIRED
        return
    assert isinstance(changed, Customer)
    assert WANG == open_contacts(cashier.world.vault, cashier.customer, changed.contact_encrypted)
    assert ["customer.contact_changed"] == cashier.actions()


@pytest.mark.parametrize("role", Role)
async def test_the_limit_is_set_by_nobody_whom_it_binds(cashier: Cashier, role: Role) -> None:
    changed = await set_approval_limit(cashier.house, somebody(cashier, role), cashier.customer, 7_00, NOON)
    if role not in {Role.APPROVER, Role.MANAGER}:
        assert changed is Decline.ROLE_REQUIRED
        return
    assert isinstance(changed, Customer)
    assert 7_00 == changed.approval_limit_minor
    assert ["customer.approval_limit_changed"] == cashier.actions()


@pytest.mark.parametrize("role", Role)
async def test_a_customer_is_renamed_by_a_manager_and_both_names_are_kept(cashier: Cashier, role: Role) -> None:
    changed = await rename_customer(cashier.house, somebody(cashier, role), cashier.customer, " Buckwheat  Ltd", NOON)
    if role is not Role.MANAGER:
        assert changed is Decline.ROLE_REQUIRED
        return
    assert isinstance(changed, Customer)
    assert "Buckwheat Ltd" == changed.name
    assert ("Buckwheat Ltd",) == cashier.world.one("SELECT name FROM customer WHERE id = %s", cashier.customer)
    (detail,) = cashier.world.one("SELECT detail FROM audit WHERE action = 'customer.renamed'")
    assert {"before": "Honeynut 有限公司", "after": "Buckwheat Ltd"} == detail


async def test_nobody_renames_a_customer_that_he_works_for(cashier: Cashier) -> None:
    cashier.corporate.person(Role.BUYER, customer=cashier.customer, same_as=cashier.corporate.manager)
    manager = cashier.corporate.manager
    refused = await rename_customer(cashier.house, manager, cashier.customer, "My Own Ltd", NOON)
    assert refused is Decline.WORKS_FOR_CUSTOMER


@pytest.mark.parametrize("role", Role)
async def test_our_managers_suspend_customers_and_let_them_go_on(cashier: Cashier, role: Role) -> None:
    for verb, expected in ((suspend_customer, "suspended"), (resume_customer, "active")):
        changed = await verb(cashier.house, somebody(cashier, role), cashier.customer, NOON)
        if role is Role.MANAGER:
            assert isinstance(changed, Customer)
            assert expected == changed.status
        else:
            assert changed is Decline.ROLE_REQUIRED


async def test_what_waited_for_a_suspended_customer_is_funded_when_it_goes_on(cashier: Cashier) -> None:
    order = cashier.approved_order()
    await suspend_customer(cashier.house, cashier.corporate.manager, cashier.customer, NOON)
    await cashier.receive(order.price_minor)
    assert "approved" == cashier.status(order.id)
    await resume_customer(cashier.house, cashier.corporate.manager, cashier.customer, NOON)
    assert "funded" == cashier.status(order.id)


async def test_to_suspend_twice_is_recorded_once(cashier: Cashier) -> None:
    for _ in range(2):
        await suspend_customer(cashier.house, cashier.corporate.manager, cashier.customer, NOON)
    assert ["customer.suspended"] == cashier.actions()


async def test_a_strangers_and_a_missing_customer_are_not_found(cashier: Cashier) -> None:
    stranger = cashier.corporate.person(Role.BUYER, Role.APPROVER, customer=cashier.corporate.customer())
    for actor, customer in ((stranger, cashier.customer), (cashier.corporate.manager, fresh_id())):
        assert await change_contacts(cashier.house, actor, customer, WANG, NOON) is Decline.CUSTOMER_NOT_FOUND
        assert await set_approval_limit(cashier.house, actor, customer, 1, NOON) is Decline.CUSTOMER_NOT_FOUND
        assert await suspend_customer(cashier.house, actor, customer, NOON) is Decline.CUSTOMER_NOT_FOUND


async def test_nobody_to_call_and_a_limit_below_zero_are_refused(cashier: Cashier) -> None:
    with pytest.raises(InvalidField, match="contacts"):
        await change_contacts(cashier.house, cashier.corporate.operator, cashier.customer, (), NOON)
    with pytest.raises(InvalidField, match="approval_limit"):
        await set_approval_limit(cashier.house, cashier.corporate.manager, cashier.customer, -1, NOON)
