"""Within the cooling-off time unspent principal goes back to its source; what does not arrive there is put back."""

from datetime import timedelta

import pytest

from florin.clearing.payments.request_refund import RequestRefund, request_refund
from florin.clearing.payments.return_payment import ReturnPayment, return_payment
from florin.domain.declines import Decline
from florin.domain.payment import Payment, PaymentStatus, provider_account
from florin.domain.people import Role
from florin.gateways.payment_provider import RefundFound, RefundState
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import Answer, Caller
from tests.corporate import Corporate
from tests.provider import NAME, Cashpoint
from tests.till import Till, fresh, said
from tests.world import Balance


@pytest.fixture
def member(cashpoint: Cashpoint) -> Caller:
    return cashpoint.world.member(named=True)


@pytest.fixture
async def payment(cashpoint: Cashpoint, member: Caller) -> Payment:
    """A hundred yuan that have come in."""
    return await cashpoint.credited(member)


async def test_all_that_is_unspent_goes_back(
    cashpoint: Cashpoint, member: Caller, payment: Payment, till: Till
) -> None:
    await till.purchase(cashpoint.world.payment_code(member), 30_00)
    answer = await cashpoint.give_back(payment)
    assert ("requested", {"amount": 70_00, "currency": "CNY"}) == (said(answer)["status"], said(answer)["amount"])
    assert Balance() == cashpoint.world.balance(member.id)
    assert [("top_up_refunded", 70_00, 2020, member.id, 1020, provider_account(NAME))] == cashpoint.world.transfers(
        answer.journal_id
    )
    await cashpoint.work()
    assert [("cooling_off", 70_00, "paid")] == cashpoint.refunds(payment.id)
    assert [70_00] == [each.amount_minor for each in cashpoint.provider.refunds.values()]
    assert ["top_up.completed", "purchase.completed", "top_up.refunded"] == cashpoint.world.events(member.id)


async def test_what_holds_keep_does_not_go_back(
    cashpoint: Cashpoint, member: Caller, payment: Payment, till: Till
) -> None:
    await till.hold(cashpoint.world.payment_code(member), 60_00)
    answer = await cashpoint.give_back(payment, 40_01)
    assert (Decline.REFUND_EXCEEDS_UNSPENT, {"amount": 40_00, "currency": "CNY"}) == (
        answer.decline,
        said(answer)["unspent"],
    )
    assert (await cashpoint.give_back(payment, 40_00)).decline is None
    assert Decline.REFUND_EXCEEDS_UNSPENT is (await cashpoint.give_back(payment)).decline


async def test_no_more_goes_back_than_came_in(cashpoint: Cashpoint, payment: Payment, member: Caller) -> None:
    await cashpoint.credited(member, 50_00)
    too_much = Decline.REFUND_EXCEEDS_UNSPENT
    for amount_minor, expected in ((100_01, too_much), (60_00, None), (40_01, too_much), (None, None)):
        assert expected is (await cashpoint.give_back(payment, amount_minor)).decline
    assert Balance(50_00) == cashpoint.world.balance(member.id)


async def test_seven_days_and_no_longer(cashpoint: Cashpoint, payment: Payment) -> None:
    cashpoint.world.clock.advance(timedelta(days=7))
    assert (await cashpoint.give_back(payment, 1)).decline is None
    cashpoint.world.clock.advance(timedelta(microseconds=1))
    assert Decline.REFUND_PERIOD_OVER is (await cashpoint.give_back(payment, 1)).decline


async def test_only_ones_own_and_only_what_was_credited(cashpoint: Cashpoint, payment: Payment, member: Caller) -> None:
    stranger = Payment(**{each: getattr(payment, each) for each in Payment.__slots__})
    stranger.member_id = cashpoint.world.member(named=True, principal_minor=1).id
    assert Decline.PAYMENT_NOT_FOUND is (await cashpoint.give_back(stranger)).decline
    waiting = await cashpoint.offered(member)
    assert Decline.PAYMENT_NOT_REFUNDABLE is (await cashpoint.give_back(waiting)).decline
    cashpoint.world.connection.execute("UPDATE member SET status = 'blocked' WHERE id = %s", (member.id,))
    assert Decline.MEMBER_NOT_ACTIVE is (await cashpoint.give_back(payment)).decline


async def test_a_strangers_payment_is_not_found_beside_its_owners_request_either(
    cashpoint: Cashpoint, payment: Payment, member: Caller
) -> None:
    stranger = cashpoint.world.member(named=True, principal_minor=50_00)
    requests = [
        request_refund(cashpoint.house, each, fresh("key"), RequestRefund(payment.id, 10_00, "CNY"))
        for each in (member, stranger)
    ]
    answers = await cashpoint.house.engine.submit_all(requests)
    assert [None, Decline.PAYMENT_NOT_FOUND] == [each.decline for each in answers if isinstance(each, Answer)]
    assert Balance(50_00) == cashpoint.world.balance(stranger.id)


async def test_the_same_request_takes_once(cashpoint: Cashpoint, payment: Payment, member: Caller) -> None:
    key = fresh("key")
    first, again = [await cashpoint.give_back(payment, 10_00, key=key) for _ in range(2)]
    assert (first.body, True) == (again.body, again.replayed)
    assert Balance(90_00) == cashpoint.world.balance(member.id)


# The provider ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["refuses", "fails", "fails later"])
async def test_what_the_provider_does_not_pay_back_is_put_back(
    cashpoint: Cashpoint, payment: Payment, member: Caller, word: str
) -> None:
    await cashpoint.give_back(payment, 60_00)
    match word:
        case "refuses":
            cashpoint.provider.refuses = {"refund"}
        case "fails":
            cashpoint.provider.refund_state = RefundState.FAILED
        case _:
            cashpoint.provider.refund_state = RefundState.PENDING
            await cashpoint.work()
            assert Balance(40_00) == cashpoint.world.balance(member.id)
            for reference, found in cashpoint.provider.refunds.items():
                cashpoint.provider.refunds[reference] = _standing(found, RefundState.FAILED)
    for _ in range(3):
        await cashpoint.work(timedelta(hours=2))
    assert ([("cooling_off", 60_00, "failed")], Balance(100_00)) == (
        cashpoint.refunds(payment.id),
        cashpoint.world.balance(member.id),
    )
    assert 1 == cashpoint.world.events(member.id).count("top_up.refund_failed")
    # It can be asked for again.
    cashpoint.provider.refuses, cashpoint.provider.refund_state = set(), RefundState.PAID
    assert (await cashpoint.give_back(payment)).decline is None


@pytest.mark.parametrize("lost", ["down", "deaf"])
async def test_a_refund_whose_answer_is_lost_is_paid_once(
    cashpoint: Cashpoint, payment: Payment, member: Caller, lost: str
) -> None:
    await cashpoint.give_back(payment)
    setattr(cashpoint.provider, lost, {"refund", "find_refund"})
    for _ in range(3):
        await cashpoint.work(timedelta(hours=1))
    assert [("cooling_off", 100_00, "requested")] == cashpoint.refunds(payment.id)
    setattr(cashpoint.provider, lost, set())
    await cashpoint.work(timedelta(hours=1))
    assert ([("cooling_off", 100_00, "paid")], 1, Balance()) == (
        cashpoint.refunds(payment.id),
        len(cashpoint.provider.refunds),
        cashpoint.world.balance(member.id),
    )


async def test_callbacks_about_refunds_are_acted_on_once_and_in_any_order(
    cashpoint: Cashpoint, payment: Payment, member: Caller
) -> None:
    refund = said(await cashpoint.give_back(payment))["id"].removeprefix("prf_")
    paid, failed = [
        RefundFound(refund, payment.reference, state, 100_00, "CNY", None)
        for state in (RefundState.PAID, RefundState.FAILED)
    ]
    for found in (paid, failed, paid):
        assert await cashpoint.hear(cashpoint.provider.callback(found, cashpoint.now()))
    assert ([("cooling_off", 100_00, "paid")], Balance()) == (
        cashpoint.refunds(payment.id),
        cashpoint.world.balance(member.id),
    )


@pytest.mark.parametrize("first", [RefundState.PAID, RefundState.FAILED])
async def test_a_refund_that_has_ended_and_is_told_to_have_ended_otherwise_is_a_finding(
    cashpoint: Cashpoint, payment: Payment, member: Caller, first: RefundState
) -> None:
    refund = said(await cashpoint.give_back(payment))["id"].removeprefix("prf_")
    then = RefundState.FAILED if first is RefundState.PAID else RefundState.PAID
    seen = []
    for state in (first, first, then, then):
        found = RefundFound(refund, payment.reference, state, 100_00, "CNY", None)
        assert await cashpoint.hear(cashpoint.provider.callback(found, cashpoint.now()))
        seen.append((len(cashpoint.findings(payment)), cashpoint.world.balance(member.id)))
    kept = Balance() if first is RefundState.PAID else Balance(100_00)
    assert [(0, kept), (0, kept), (1, kept), (1, kept)] == seen
    assert [("refund_differs", 100_00, "CNY", 100_00, "CNY")] == cashpoint.findings(payment)


async def test_refunds_that_differ_or_that_we_do_not_have_are_findings(cashpoint: Cashpoint, payment: Payment) -> None:
    refund = said(await cashpoint.give_back(payment))["id"].removeprefix("prf_")
    for reference, amount_minor in ((refund, 1), (fresh_id().hex, 2), ("nonsense", 3)):
        found = RefundFound(reference, payment.reference, RefundState.PAID, amount_minor, "CNY", None)
        await cashpoint.hear(cashpoint.provider.callback(found, cashpoint.now()))
    assert [("refund_differs", 100_00, "CNY", 1, "CNY")] == cashpoint.findings(payment)
    assert [("refund_unknown", None, None, 2, "CNY"), ("refund_unknown", None, None, 3, "CNY")] == cashpoint.findings()
    assert [("cooling_off", 100_00, "requested")] == cashpoint.refunds(payment.id)


async def test_money_for_a_wallet_that_closed_meanwhile_stays_with_a_finding(
    cashpoint: Cashpoint, payment: Payment, member: Caller
) -> None:
    await cashpoint.give_back(payment)
    cashpoint.world.connection.execute("UPDATE member SET status = 'closed' WHERE id = %s", (member.id,))
    cashpoint.provider.refuses = {"refund"}
    for _ in range(2):
        await cashpoint.work(timedelta(hours=1))
    assert ([("cooling_off", 100_00, "requested")], Balance()) == (
        cashpoint.refunds(payment.id),
        cashpoint.world.balance(member.id),
    )
    assert [("refund_failed", 100_00, "CNY", None, None)] == cashpoint.findings(payment)


# What finance returns -------------------------------------------------------------------------------------------------


async def test_finance_returns_what_is_disputed(cashpoint: Cashpoint, member: Caller, corporate: Corporate) -> None:
    payment = await cashpoint.offered(member)
    await cashpoint.call_back(payment, amount_minor=60_00)
    command = ReturnPayment(payment.id)
    clerk = corporate.person(Role.MANAGER)
    assert Decline.ROLE_REQUIRED is await return_payment(cashpoint.house, clerk, command, fresh("key"))
    answer = await return_payment(cashpoint.house, corporate.finance, command, fresh("key"))
    assert isinstance(answer, Answer)
    assert answer.decline is None
    again = await return_payment(cashpoint.house, corporate.finance, command, fresh("key"))
    assert isinstance(again, Answer)
    assert Decline.PAYMENT_NOT_REFUNDABLE is again.decline
    await cashpoint.work()
    assert [("disputed", 60_00, "paid")] == cashpoint.refunds(payment.id)
    assert Balance() == cashpoint.world.balance(member.id)


async def test_finance_returns_nothing_that_was_credited(
    cashpoint: Cashpoint, payment: Payment, corporate: Corporate
) -> None:
    answer = await return_payment(cashpoint.house, corporate.finance, ReturnPayment(payment.id), fresh("key"))
    assert isinstance(answer, Answer)
    assert Decline.PAYMENT_NOT_REFUNDABLE is answer.decline
    unknown = await return_payment(cashpoint.house, corporate.finance, ReturnPayment(fresh_id()), fresh("key"))
    assert Decline.PAYMENT_NOT_FOUND is unknown
    assert PaymentStatus.CREDITED is (await cashpoint.of(payment)).status


def _standing(found: RefundFound, state: RefundState) -> RefundFound:
    return RefundFound(found.reference, found.payment_reference, state, found.amount_minor, found.unit, None)
