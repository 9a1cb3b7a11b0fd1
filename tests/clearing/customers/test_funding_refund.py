"""Money goes back by two people, to the account in force, and is nobody's to spend meanwhile."""

from typing import Any
from uuid import UUID

import pytest

from florin.clearing.customers.read_funding_refunds import funding_refunds_page, read_funding_refund
from florin.clearing.customers.request_funding_refund import RequestFundingRefund
from florin.clearing.customers.suspend_customer import suspend_customer
from florin.domain.declines import Decline
from florin.domain.funding_refund import FundingRefund, FundingRefundStatus
from florin.domain.invalid_field import InvalidField
from florin.domain.order_life import OrderStatus
from florin.domain.paging import Page
from florin.domain.people import Role
from florin.storage.corporate.tiers import tier_of
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof
from florin.storage.posting.request import Answer
from tests.clearing.customers.cashier import Cashier, refusal, said, subject
from tests.till import fresh
from tests.world import NOON


@pytest.fixture
async def rich(cashier: Cashier) -> Cashier:
    """The customer has 1,000 yuan and a bank account in force."""
    cashier.customer = cashier.corporate.customer(funding_minor=1_000_00)
    await cashier.refund_account()
    return cashier


async def status_of(cashier: Cashier, refund_id: UUID) -> FundingRefundStatus:
    found = await read_funding_refund(cashier.house, cashier.corporate.finance, refund_id)
    assert isinstance(found, FundingRefund)
    return found.status


async def test_money_goes_back_in_three_steps(rich: Cashier) -> None:
    requested = await rich.request(400_00)
    assert ("requested", {"amount": 600_00, "currency": "CNY"}) == (
        said(requested)["status"],
        said(requested)["available"],
    )
    assert (1_000_00, 400_00) == rich.money

    approved = await rich.decide(subject(requested))
    assert ("approved", (600_00, 0)) == (said(approved)["status"], rich.money)
    paid = await rich.pay(subject(requested), bank_reference="OUT 1")
    assert ("paid", "OUT 1", (600_00, 0)) == (said(paid)["status"], said(paid)["bank_reference"], rich.money)

    home, customer = rich.world.home, rich.customer
    assert isinstance(approved, Answer)
    assert isinstance(paid, Answer)
    assert [("funding_refunded", 400_00, 2030, customer, 1090, home)] == rich.world.transfers(approved.journal_id)
    assert [("funding_refund_paid", 400_00, 1090, home, 1010, home)] == rich.world.transfers(paid.journal_id)
    assert ["funding.received", "funding.refunded", "funding.refund_paid"] == rich.world.events(customer)
    assert ["funding_refund.requested", "funding_refund.approved", "funding_refund.paid"] == rich.actions()[-3:]


async def test_a_refused_refund_is_free_money_again_and_funds_what_waits(rich: Cashier) -> None:
    refund_id = subject(await rich.request(1_000_00))
    order = rich.corporate.order(rich.customer, OrderStatus.APPROVED)
    refused = await rich.decide(refund_id, approve=False)
    assert "refused" == said(refused)["status"]
    assert (1_000_00, order.price_minor) == rich.money
    assert "funded" == rich.status(order.id)


async def test_no_more_goes_back_than_is_free(rich: Cashier) -> None:
    order = rich.corporate.order(rich.customer, OrderStatus.FUNDED)
    free_minor = 1_000_00 - order.price_minor
    refused = await rich.request(free_minor + 1)
    assert Decline.INSUFFICIENT_FUNDS is refusal(refused)
    assert isinstance(refused, Answer)
    assert f'"amount":{free_minor}' in refused.body.decode()
    assert refusal(await rich.request(free_minor)) is None
    assert refusal(await rich.request(1)) is Decline.INSUFFICIENT_FUNDS
    assert (1_000_00, 1_000_00) == rich.money


async def test_the_same_request_reserves_once(rich: Cashier) -> None:
    key = fresh("key")
    first, again = await rich.request(100_00, key=key), await rich.request(100_00, key=key)
    assert subject(first) == subject(again)
    assert (1_000_00, 100_00) == rich.money


async def test_what_goes_back_was_not_brought_in(rich: Cashier) -> None:
    rich.world.connection.execute("DELETE FROM tier")
    rich.corporate.tiers()
    await rich.receive(4_000_00)
    assert "bronze" == (await tier_of(rich.house.pool, rich.customer)).name
    refund_id = subject(await rich.request(1))
    assert "bronze" == (await tier_of(rich.house.pool, rich.customer)).name
    await rich.decide(refund_id)
    assert (None, 10_000) == await tier_of(rich.house.pool, rich.customer)


# Two people -----------------------------------------------------------------------------------------------------------


async def test_nobody_approves_what_he_has_requested_not_even_under_another_name(rich: Cashier) -> None:
    maker = rich.corporate.person(Role.FINANCE, Role.FINANCE_APPROVER)
    second_login = rich.corporate.person(Role.FINANCE_APPROVER, same_as=maker)
    refund_id = subject(await rich.request(100_00, by=maker))
    for actor in (maker, second_login):
        for approve in (True, False):
            decided = await rich.decide(refund_id, by=actor, approve=approve)
            assert refusal(decided) is Decline.SAME_PERSON
    assert (FundingRefundStatus.REQUESTED, (1_000_00, 100_00)) == (await status_of(rich, refund_id), rich.money)
    assert refusal(await rich.decide(refund_id)) is None


@pytest.mark.parametrize("role", Role)
async def test_each_step_is_for_those_whose_it_is(rich: Cashier, role: Role) -> None:
    customer = rich.customer if role in {Role.BUYER, Role.APPROVER} else None
    somebody = rich.corporate.person(role, customer=customer)
    allowed = {Role.FINANCE: (None, Decline.ROLE_REQUIRED), Role.FINANCE_APPROVER: (Decline.ROLE_REQUIRED, None)}
    of_finance, of_approver = allowed.get(role, (Decline.ROLE_REQUIRED, Decline.ROLE_REQUIRED))
    assert of_finance is refusal(await rich.request(1_00, by=somebody))
    refund_id = subject(await rich.request(1_00))
    assert of_approver is refusal(await rich.decide(refund_id, by=somebody))
    if of_approver is not None:
        await rich.decide(refund_id)
    assert of_finance is refusal(await rich.pay(refund_id, by=somebody))


async def test_a_decision_takes_a_code_that_nobody_has_used(rich: Cashier) -> None:
    refund_id = subject(await rich.request(1_00))
    used = rich.proof(rich.corporate.finance_approver)
    assert refusal(await rich.decide(refund_id, approve=False, proof=used)) is None
    other = subject(await rich.request(1_00))
    assert await rich.decide(other, proof=used) is Decline.TOTP_CODE_INCORRECT
    forged = CodeProof(rich.corporate.finance_approver.login_id, b"another secret", 10**6)
    assert await rich.decide(other, proof=forged) is Decline.TOTP_CODE_INCORRECT
    assert FundingRefundStatus.REQUESTED is await status_of(rich, other)


# The account in force -------------------------------------------------------------------------------------------------


async def test_without_an_account_nothing_goes_back(cashier: Cashier) -> None:
    await cashier.receive()
    assert refusal(await cashier.request(1)) is Decline.REFUND_ACCOUNT_REQUIRED
    assert (100_00, 0) == cashier.money


async def test_a_refund_for_an_account_that_was_replaced_is_refused(rich: Cashier) -> None:
    refund_id = subject(await rich.request(100_00))
    await rich.refund_account("6222029999999999")
    assert refusal(await rich.decide(refund_id)) is Decline.REFUND_ACCOUNT_CHANGED
    assert (1_000_00, 100_00) == rich.money
    assert refusal(await rich.decide(refund_id, approve=False)) is None
    assert refusal(await rich.decide(subject(await rich.request(100_00)))) is None


# The order of steps ---------------------------------------------------------------------------------------------------


async def test_every_step_comes_once_and_in_its_turn(rich: Cashier) -> None:
    refund_id = subject(await rich.request(100_00))
    assert refusal(await rich.pay(refund_id)) is Decline.FUNDING_REFUND_NOT_IN_STATE
    await rich.decide(refund_id)
    for approve in (True, False):
        assert refusal(await rich.decide(refund_id, approve=approve)) is Decline.FUNDING_REFUND_NOT_IN_STATE
    assert refusal(await rich.pay(refund_id)) is None
    assert refusal(await rich.pay(refund_id)) is Decline.FUNDING_REFUND_NOT_IN_STATE
    assert (900_00, 0) == rich.money


async def test_a_bank_reference_pays_one_refund_and_no_receipts(rich: Cashier) -> None:
    first, second = [subject(await rich.request(1_00)) for _ in range(2)]
    await rich.decide(first)
    await rich.decide(second)
    reference = fresh("bank")
    assert refusal(await rich.pay(first, bank_reference=reference)) is None
    assert refusal(await rich.pay(second, bank_reference=reference)) is Decline.DUPLICATE_REFERENCE
    assert refusal(await rich.receive(bank_reference=reference)) is Decline.RECEIPT_DIFFERS
    assert FundingRefundStatus.APPROVED is await status_of(rich, second)


async def test_a_suspended_customer_gets_nothing_back_but_what_is_on_its_way(rich: Cashier) -> None:
    waiting, approved = [subject(await rich.request(1_00)) for _ in range(2)]
    await rich.decide(approved)
    await suspend_customer(rich.house, rich.corporate.manager, rich.customer, NOON)
    assert refusal(await rich.request(1_00)) is Decline.CUSTOMER_NOT_ACTIVE
    assert refusal(await rich.decide(waiting)) is Decline.CUSTOMER_NOT_ACTIVE
    assert refusal(await rich.pay(approved)) is None
    assert refusal(await rich.decide(waiting, approve=False)) is None


# Bad input and strangers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{"amount_minor": 0}, {"reason": ""}, {"reason": " "}, {"reason": "x" * 201}])
def test_what_is_no_refund_is_refused_at_the_door(changes: dict[str, Any]) -> None:
    fields: dict[str, Any] = {"customer_id": fresh_id(), "amount_minor": 1, "unit": "CNY", "reason": "why"}
    with pytest.raises(InvalidField):
        RequestFundingRefund(**(fields | changes))


async def test_another_currency_and_unknown_ids_are_refused(rich: Cashier) -> None:
    assert refusal(await rich.request(1, unit="EUR")) is Decline.CURRENCY_MISMATCH
    assert await rich.decide(fresh_id()) is Decline.FUNDING_REFUND_NOT_FOUND
    assert await rich.pay(fresh_id()) is Decline.FUNDING_REFUND_NOT_FOUND
    rich.customer = fresh_id()
    assert await rich.request(1) is Decline.CUSTOMER_NOT_FOUND


async def test_a_strangers_refund_does_not_exist(rich: Cashier) -> None:
    refund_id = subject(await rich.request(1_00))
    stranger = rich.corporate.person(Role.BUYER, customer=rich.corporate.customer())
    own = rich.corporate.person(Role.BUYER, customer=rich.customer)
    assert await read_funding_refund(rich.house, stranger, refund_id) is Decline.FUNDING_REFUND_NOT_FOUND
    assert isinstance(await read_funding_refund(rich.house, own, refund_id), FundingRefund)
    listed = await funding_refunds_page(rich.house, own, None, FundingRefundStatus.REQUESTED, None, 10)
    assert isinstance(listed, Page)
    assert [refund_id] == [each.id for each in listed.items]
    none = await funding_refunds_page(rich.house, own, None, FundingRefundStatus.PAID, None, 10)
    assert isinstance(none, Page)
    assert () == none.items
