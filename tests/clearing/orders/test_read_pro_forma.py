"""Which orders have an invoice, who reads it, and what it says."""

from datetime import date

import pytest

from florin.clearing.configuration.set_bank_account import SetBankAccount, set_bank_account
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.read_pro_forma import BILLED, InvoiceLine, ProForma, pro_forma_of
from florin.domain.bank_account import BankAccount
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.domain.people import Role
from florin.storage.audit_trail import Author
from florin.storage.configuration import configuration_change
from florin.storage.corporate.bank_accounts import bank_account_of
from florin.storage.fresh_ids import fresh_id
from tests.corporate import Corporate
from tests.world import NOON, World

ACCOUNT = BankAccount.read("蜂蜜坚果农场有限公司", "农业银行", "6222 0000 0000 0000 017")
LINES = (("bearer_gift", 100_00, 3), ("recharge", 200_00, 2))


@pytest.fixture(autouse=True)
async def account(house: ClearingHouse, world: World) -> BankAccount:
    """The home programme's account."""
    async with configuration_change(house.pool, Author(None, NOON)) as change:
        assert ACCOUNT == await set_bank_account(change, SetBankAccount(world.home, ACCOUNT))
    return ACCOUNT


async def test_an_invoice_says_who_pays_what_to_whom(house: ClearingHouse, corporate: Corporate) -> None:
    customer = corporate.customer()
    order = corporate.order(customer, OrderStatus.SUBMITTED, LINES, price_basis_points=9_300)
    invoice = await pro_forma_of(house, corporate.person(Role.BUYER, customer=customer), order.id)
    assert isinstance(invoice, ProForma)
    assert (InvoiceLine("bearer_gift", 100_00, 3, 93_00), InvoiceLine("recharge", 200_00, 2, 186_00)) == invoice.lines
    assert (700_00, 49_00, 651_00) == (invoice.face_minor, invoice.discount_minor, invoice.price_minor)
    assert invoice.price_minor == sum(each.total_minor for each in invoice.lines)
    assert ("Home", "Honeynut 有限公司", "CNY", date(2026, 3, 2), ACCOUNT) == (
        invoice.seller, invoice.customer, invoice.unit, invoice.issued_on, invoice.account,
    )  # fmt: skip
    assert ["601" in each.text for each in invoice.notes] == [True]


@pytest.mark.parametrize("status", list(OrderStatus))
async def test_an_order_has_an_invoice_from_its_submission_on_until_it_is_cancelled(
    house: ClearingHouse, corporate: Corporate, status: OrderStatus
) -> None:
    order = corporate.order(corporate.customer(funding_minor=300_00), status)
    invoice = await pro_forma_of(house, corporate.manager, order.id)
    assert (status in BILLED) == isinstance(invoice, ProForma)
    if status not in BILLED:
        assert Decline.ORDER_NOT_IN_STATE == invoice


async def test_a_stranger_finds_no_invoice(house: ClearingHouse, corporate: Corporate) -> None:
    order = corporate.order(corporate.customer(), OrderStatus.SUBMITTED)
    stranger = corporate.person(Role.BUYER, customer=corporate.customer())
    assert Decline.ORDER_NOT_FOUND == await pro_forma_of(house, stranger, order.id)
    assert Decline.ORDER_NOT_FOUND == await pro_forma_of(house, corporate.manager, fresh_id())
    assert Decline.ROLE_REQUIRED == await pro_forma_of(house, corporate.person(Role.ADMINISTRATOR), order.id)


async def test_there_is_no_invoice_without_an_account_to_pay_to(
    house: ClearingHouse, world: World, corporate: Corporate
) -> None:
    order = corporate.order(corporate.customer(), OrderStatus.SUBMITTED)
    world.connection.execute("DELETE FROM programme_bank_account")
    assert Decline.BANK_ACCOUNT_NOT_SET == await pro_forma_of(house, corporate.manager, order.id)


async def test_an_account_is_set_for_a_programme_and_changed(house: ClearingHouse, world: World) -> None:
    other = BankAccount.read("Home", "Other bank", "DE02120300000000202051")
    async with configuration_change(house.pool, Author(None, NOON, "os:anna")) as change:
        assert Decline.PROGRAMME_NOT_FOUND == await set_bank_account(change, SetBankAccount(fresh_id(), other))
        assert other == await set_bank_account(change, SetBankAccount(world.home, other))
    assert (other, None) == (
        await bank_account_of(house.pool, world.home),
        await bank_account_of(house.pool, world.abroad),
    )
    (detail,) = world.one(
        "SELECT detail FROM audit WHERE action = 'programme.bank_account_set' ORDER BY at DESC, id DESC LIMIT 1"
    )
    assert ("DE02120300000000202051", "os:anna") == (detail["number"], detail["by"])
