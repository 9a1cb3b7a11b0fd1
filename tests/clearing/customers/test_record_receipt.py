"""A receipt counts once, whoever records it how often; and what it says is kept."""

from datetime import timedelta
from typing import Any

import pytest

from florin.clearing.customers.read_receipts import ReceiptInFull, read_receipt, receipts_page
from florin.clearing.customers.record_receipt import record_receipt
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.order_life import OrderStatus
from florin.domain.paging import Page
from florin.domain.payment_reference import compose_reference
from florin.domain.people import Role
from florin.domain.receipt import Parties, Party, PaymentMethod
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import Answer, KeyReusedError
from tests.clearing.customers.cashier import NAMELESS_CASH, PARTIES, Cashier, refusal, said, subject
from tests.till import fresh
from tests.world import NOON, TODAY

LINES = (("bearer_gift", 100_00, 3),)


async def test_money_that_comes_in_is_the_customers(cashier: Cashier) -> None:
    answer = await cashier.receive(100_00, bank_reference="ICBC 0007", payment_reference="HELLO")
    assert isinstance(answer, Answer)
    assert {
        "method": "bank_transfer",
        "bank_reference": "ICBC 0007",
        "amount": {"amount": 100_00, "currency": "CNY"},
        "payment_reference": "HELLO",
        "received_on": TODAY.isoformat(),
        "balance": {"amount": 100_00, "currency": "CNY"},
        "reserved": {"amount": 0, "currency": "CNY"},
        "available": {"amount": 100_00, "currency": "CNY"},
    } == {key: value for key, value in said(answer).items() if not key.endswith("id") and key != "posted_at"}
    assert (100_00, 0) == cashier.money
    home = cashier.world.home
    assert [("funding_received", 100_00, 1010, home, 2030, cashier.customer)] == cashier.world.transfers(
        answer.journal_id
    )
    assert ["funding.received"] == cashier.world.events(cashier.customer)


async def test_part_and_over_and_repeated_payments_add_up(cashier: Cashier) -> None:
    for amount_minor in (60_00, 60_00, 1):
        assert refusal(await cashier.receive(amount_minor)) is None
    assert (120_01, 0) == cashier.money


async def test_a_repeated_request_is_answered_as_the_first_time(cashier: Cashier) -> None:
    command, key = cashier.receipt(), fresh("key")
    first = await record_receipt(cashier.house, cashier.corporate.finance, command, key, NOON)
    again = await record_receipt(cashier.house, cashier.corporate.finance, command, key, NOON)
    assert isinstance(first, Answer)
    assert isinstance(again, Answer)
    assert (first.body, True) == (again.body, again.replayed)
    assert (100_00, 0) == cashier.money


async def test_a_receipt_recorded_again_under_another_key_counts_nothing(cashier: Cashier) -> None:
    """Two clerks work through the same bank statement."""
    command, other = cashier.receipt(), cashier.corporate.person(Role.FINANCE)
    first = await record_receipt(cashier.house, cashier.corporate.finance, command, fresh("key"), NOON)
    again = await record_receipt(cashier.house, other, command, fresh("key"), NOON)
    assert isinstance(first, Answer)
    assert isinstance(again, Answer)
    assert (first.body, first.subject_id, True, None) == (again.body, again.subject_id, again.replayed, again.decline)
    assert (100_00, 0) == cashier.money


async def test_a_payment_reference_in_another_spelling_makes_no_other_receipt(cashier: Cashier) -> None:
    bank_reference, reference = fresh("bank"), compose_reference(4711)
    typed = f"{reference[:4]}-{reference[4:]}".lower()
    first = await cashier.receive(bank_reference=bank_reference, payment_reference=reference)
    again = await cashier.receive(bank_reference=bank_reference, payment_reference=typed)
    assert isinstance(again, Answer)
    assert (None, said(first)) == (again.decline, said(again))
    assert (100_00, 0) == cashier.money


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_minor": 100_01},
        {"payment_reference": "OTHER"},
        {"received_on": TODAY - timedelta(days=1)},
        {"parties": Parties(Party("Somebody else", "6222021001234567"), PARTIES.payee)},
    ],
)
async def test_a_receipt_that_differs_is_refused_and_the_first_one_named(
    cashier: Cashier, changes: dict[str, Any]
) -> None:
    reference = fresh("bank")
    first = await cashier.receive(bank_reference=reference)
    again = await cashier.receive(**{"amount_minor": 100_00, "bank_reference": reference, **changes})
    assert isinstance(again, Answer)
    assert Decline.RECEIPT_DIFFERS is again.decline
    assert said(first)["id"] in again.body.decode()
    assert (100_00, 0) == cashier.money


async def test_a_bank_reference_is_one_of_all_customers_of_a_programme(cashier: Cashier) -> None:
    reference = fresh("bank")
    assert refusal(await cashier.receive(bank_reference=reference)) is None
    other = await cashier.receive(bank_reference=reference, customer_id=cashier.corporate.customer())
    assert refusal(other) is Decline.RECEIPT_DIFFERS


async def test_a_key_is_for_one_receipt(cashier: Cashier) -> None:
    key = fresh("key")
    await cashier.receive(key=key)
    with pytest.raises(KeyReusedError):
        await cashier.receive(key=key)
    assert (100_00, 0) == cashier.money


# Refusals -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.FINANCE])
async def test_only_finance_records_receipts(cashier: Cashier, role: Role) -> None:
    customer = cashier.customer if role in {Role.BUYER, Role.APPROVER} else None
    somebody = cashier.corporate.person(role, customer=customer)
    assert refusal(await cashier.receive(by=somebody)) is Decline.ROLE_REQUIRED
    assert (0, 0) == cashier.money


async def test_what_cannot_be_recorded_is_refused(cashier: Cashier) -> None:
    assert refusal(await cashier.receive(customer_id=fresh_id())) is Decline.CUSTOMER_NOT_FOUND
    assert refusal(await cashier.receive(unit="EUR")) is Decline.CURRENCY_MISMATCH
    with pytest.raises(InvalidField, match="received_on"):
        await cashier.receive(received_on=TODAY + timedelta(days=1))


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_minor": 0},
        {"amount_minor": -1},
        {"bank_reference": ""},
        {"bank_reference": " x"},
        {"bank_reference": "x" * 65},
        {"payment_reference": " "},
        {"parties": NAMELESS_CASH},
        {"method": PaymentMethod.CASH},
    ],
)
async def test_what_is_no_receipt_is_refused_at_the_door(cashier: Cashier, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidField):
        await cashier.receive(**{"amount_minor": 1, **changes})


async def test_a_suspended_customers_money_is_recorded_and_funds_nothing(cashier: Cashier) -> None:
    cashier.customer = cashier.corporate.customer(status="suspended")
    order = cashier.corporate.order(cashier.customer, OrderStatus.APPROVED)
    assert refusal(await cashier.receive(order.price_minor)) is None
    assert (order.price_minor, 0) == cashier.money
    assert "approved" == cashier.status(order.id)


# Cash -----------------------------------------------------------------------------------------------------------------


def cash(cashier: Cashier, price_minor: int) -> dict[str, Any]:
    """Cash for an order of that price."""
    order = cashier.corporate.order(cashier.customer, OrderStatus.APPROVED, (("bearer_gift", price_minor, 1),))
    (reference,) = cashier.world.one("SELECT payment_reference FROM corporate_order WHERE id = %s", order.id)
    return {"method": PaymentMethod.CASH, "parties": NAMELESS_CASH, "payment_reference": reference}


@pytest.mark.parametrize(
    ("price_minor", "paid_minor", "expected"),
    [
        (4_999_99, 4_999_99, None),
        (5_000_00, 5_000_00, Decline.BANK_TRANSFER_REQUIRED),
        (5_000_01, 5_000_01, Decline.BANK_TRANSFER_REQUIRED),
        # In parts it is still the same purchase.
        (5_000_00, 1_00, Decline.BANK_TRANSFER_REQUIRED),
        (1_000_00, 5_000_00, Decline.BANK_TRANSFER_REQUIRED),
    ],
)
async def test_a_company_pays_larger_orders_by_bank_transfer(
    cashier: Cashier, price_minor: int, paid_minor: int, expected: Decline | None
) -> None:
    assert expected == refusal(await cashier.receive(paid_minor, **cash(cashier, price_minor)))
    assert (paid_minor if expected is None else 0) == cashier.money[0]


async def test_cash_for_no_order_of_the_customers_is_refused(cashier: Cashier) -> None:
    paid = cash(cashier, 1_00)
    cashier.customer = cashier.corporate.customer()
    assert refusal(await cashier.receive(1_00, **paid)) is Decline.ORDER_NOT_FOUND


# Reading --------------------------------------------------------------------------------------------------------------


async def test_payer_and_payee_are_sealed_and_open_for_those_who_answer_for_the_money(cashier: Cashier) -> None:
    receipt_id = subject(await cashier.receive())
    (sealed,) = cashier.world.one("SELECT parties_encrypted FROM receipt WHERE id = %s", receipt_id)
    assert b"6222021001234567" not in sealed
    assert b"Florin Farm" not in sealed
    assert [] == cashier.world.rows("SELECT FROM operation WHERE answer::text LIKE '%%6222021001234567%%'")
    for role, expected in ((Role.FINANCE, PARTIES), (Role.AUDITOR, PARTIES), (Role.MANAGER, None), (Role.BUYER, None)):
        customer = cashier.customer if role is Role.BUYER else None
        shown = await read_receipt(cashier.house, cashier.corporate.person(role, customer=customer), receipt_id)
        assert isinstance(shown, ReceiptInFull)
        assert expected == shown.parties


async def test_a_strangers_receipt_does_not_exist(cashier: Cashier) -> None:
    receipt_id = subject(await cashier.receive())
    stranger = cashier.corporate.person(Role.BUYER, customer=cashier.corporate.customer())
    assert await read_receipt(cashier.house, stranger, receipt_id) is Decline.RECEIPT_NOT_FOUND
    assert await receipts_page(cashier.house, stranger, cashier.customer, None, 10) is Decline.CUSTOMER_NOT_FOUND
    mine = await receipts_page(cashier.house, stranger, None, None, 10)
    assert isinstance(mine, Page)
    assert () == mine.items
    administrator = cashier.corporate.person(Role.ADMINISTRATOR)
    assert await read_receipt(cashier.house, administrator, receipt_id) is Decline.ROLE_REQUIRED


async def test_receipts_are_listed_the_latest_first(cashier: Cashier) -> None:
    made = [subject(await cashier.receive()) for _ in range(3)]
    first = await receipts_page(cashier.house, cashier.corporate.finance, cashier.customer, None, 2)
    assert isinstance(first, Page)
    rest = await receipts_page(cashier.house, cashier.corporate.finance, cashier.customer, first.next_after, 2)
    assert isinstance(rest, Page)
    assert made[::-1] == [each.id for each in (*first.items, *rest.items)]
    assert rest.next_after is None
