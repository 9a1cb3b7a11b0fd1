"""A top-up is credited exactly once, whatever the provider says, how often and in which order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from florin.clearing.payments.create_payment import PaymentBegun
from florin.domain.declines import Decline
from florin.domain.payment import PaymentStatus, provider_account
from florin.domain.throttle_rules import PAYMENTS_BY_ADDRESS, PAYMENTS_BY_MEMBER, UNPAID_BY_MEMBER, RateLimited
from florin.gateways.payment_provider import PaymentFound, PaymentState
from florin.storage.fresh_ids import fresh_id
from florin.storage.payments.payments import find_payment
from florin.storage.posting.request import Caller, KeyReusedError
from tests.provider import NAME, Cashpoint
from tests.till import fresh
from tests.world import Balance

HUNDRED = Balance(100_00)


@pytest.fixture
def member(cashpoint: Cashpoint) -> Caller:
    return cashpoint.world.member(named=True, status="registered")


async def test_a_payment_is_offered_paid_and_credited(cashpoint: Cashpoint, member: Caller) -> None:
    payment = await cashpoint.offered(member)
    assert (PaymentStatus.OFFERED, f"https://pay.test/{payment.reference}") == (payment.status, payment.pay_url)
    assert Balance() == cashpoint.world.balance(member.id)

    assert await cashpoint.call_back(payment)
    paid = await cashpoint.of(payment)
    assert (PaymentStatus.CREDITED, 100_00, HUNDRED) == (
        paid.status,
        paid.paid_minor,
        cashpoint.world.balance(member.id),
    )
    assert [("top_up", 100_00, 1020, provider_account(NAME), 2020, member.id)] == cashpoint.world.transfers(
        paid.journal_id
    )
    assert ["top_up.completed"] == cashpoint.world.events(member.id)
    assert [("active",)] == cashpoint.world.rows("SELECT status FROM member WHERE id = %s", member.id)


# The provider's word --------------------------------------------------------------------------------------------------


async def test_five_callbacks_and_a_question_credit_once(cashpoint: Cashpoint, member: Caller) -> None:
    payment = await cashpoint.offered(member)
    found = cashpoint.provider.pay(payment)
    same, other = [cashpoint.provider.callback(found, cashpoint.now(), each) for each in ("five-1", "five-2")]
    for signed in (same, same, same, other, same):
        assert await cashpoint.hear(signed)
    await cashpoint.work(timedelta(hours=1))
    assert HUNDRED == cashpoint.world.balance(member.id)
    assert [(2,)] == cashpoint.world.rows("SELECT count(*) FROM payment_callback WHERE starts_with(event_id, 'five-')")


async def test_a_payment_was_paid_neither_before_it_was_made_nor_in_the_future(
    cashpoint: Cashpoint, member: Caller
) -> None:
    for told in (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), datetime.max.replace(tzinfo=UTC)):
        payment = await cashpoint.offered(member)
        found = replace(cashpoint.provider.pay(payment), paid_at=told)
        assert await cashpoint.hear(cashpoint.provider.callback(found, cashpoint.now()))
        assert payment.created_at == (await cashpoint.of(payment)).paid_at


async def test_reversed_callbacks_credit_once(cashpoint: Cashpoint, member: Caller) -> None:
    payment = await cashpoint.offered(member)
    waiting, closed = [
        PaymentFound(payment.reference, state, 100_00, "CNY", None, None)
        for state in (PaymentState.WAITING, PaymentState.CLOSED)
    ]
    paid = cashpoint.provider.pay(payment)
    for found in (paid, closed, waiting):
        assert await cashpoint.hear(cashpoint.provider.callback(found, cashpoint.now()))
    assert (PaymentStatus.CREDITED, HUNDRED) == (
        (await cashpoint.of(payment)).status,
        cashpoint.world.balance(member.id),
    )


async def test_money_that_comes_three_days_late_counts(cashpoint: Cashpoint, member: Caller) -> None:
    payment = await cashpoint.offered(member)
    await cashpoint.work(timedelta(hours=2))
    assert PaymentStatus.EXPIRED is (await cashpoint.of(payment)).status
    late = cashpoint.provider.callback(cashpoint.provider.pay(payment), cashpoint.now())
    cashpoint.world.clock.advance(timedelta(days=3))
    assert await cashpoint.hear(late)
    assert (PaymentStatus.CREDITED, HUNDRED) == (
        (await cashpoint.of(payment)).status,
        cashpoint.world.balance(member.id),
    )


@pytest.mark.parametrize("forgery", ["altered", "unsigned", "other key", "too old", "other provider"])
async def test_a_callback_that_is_not_the_providers_changes_nothing(
    cashpoint: Cashpoint, member: Caller, forgery: str
) -> None:
    payment = await cashpoint.offered(member)
    headers, body = cashpoint.provider.callback(cashpoint.provider.pay(payment), cashpoint.now(), "forged")
    name = NAME
    match forgery:
        case "altered":
            body = body.replace(b"10000", b"99999")
        case "unsigned":
            headers = {}
        case "other key":
            headers = {"signature": "00" * 32}
        case "too old":
            cashpoint.world.clock.advance(timedelta(days=5))
        case _:
            name = "nobody"
    before = cashpoint.world.everything_that_counts()
    assert not await cashpoint.hear((headers, body), name)
    assert before == cashpoint.world.everything_that_counts()
    assert [] == cashpoint.world.rows("SELECT FROM payment_callback WHERE event_id = 'forged'")
    assert PaymentStatus.OFFERED is (await cashpoint.of(payment)).status


async def test_a_missed_callback_is_found_by_asking(cashpoint: Cashpoint, member: Caller) -> None:
    payment = await cashpoint.offered(member)
    await cashpoint.work(timedelta(seconds=29))
    assert "find" not in cashpoint.provider.calls
    cashpoint.provider.pay(payment)
    await cashpoint.work(timedelta(seconds=1))
    assert HUNDRED == cashpoint.world.balance(member.id)


@pytest.mark.parametrize(("amount_minor", "unit"), [(99_99, "CNY"), (100_01, "CNY"), (100_00, "EUR")])
async def test_what_is_paid_otherwise_than_asked_for_credits_nothing_and_opens_a_finding(
    cashpoint: Cashpoint, member: Caller, amount_minor: int, unit: str
) -> None:
    payment = await cashpoint.offered(member)
    for _ in range(3):
        await cashpoint.call_back(payment, amount_minor=amount_minor, unit=unit)
    assert (PaymentStatus.DISPUTED, Balance()) == (
        (await cashpoint.of(payment)).status,
        cashpoint.world.balance(member.id),
    )
    assert [("amount_differs", 100_00, "CNY", amount_minor, unit)] == cashpoint.findings(payment)
    assert ["payment.disputed"] == cashpoint.world.events(member.id)
    # The right word afterwards is not believed either, until a person has asked.
    await cashpoint.call_back(payment)
    assert Balance() == cashpoint.world.balance(member.id)


async def test_another_amount_after_the_credit_is_a_finding_and_changes_nothing(
    cashpoint: Cashpoint, member: Caller
) -> None:
    payment = await cashpoint.credited(member)
    await cashpoint.call_back(payment, amount_minor=500_00)
    assert (PaymentStatus.CREDITED, HUNDRED) == (
        (await cashpoint.of(payment)).status,
        cashpoint.world.balance(member.id),
    )
    assert [("amount_differs", 100_00, "CNY", 500_00, "CNY")] == cashpoint.findings(payment)


async def test_a_payment_that_we_do_not_have_is_a_finding(cashpoint: Cashpoint) -> None:
    stranger = PaymentFound(fresh_id().hex, PaymentState.PAID, 7, "CNY", None, cashpoint.now())
    nonsense = PaymentFound("no id of ours", PaymentState.PAID, 8, "CNY", None, cashpoint.now())
    for found in (stranger, nonsense, stranger):
        assert await cashpoint.hear(cashpoint.provider.callback(found, cashpoint.now()))
    assert [("payment_unknown", None, None, 7, "CNY"), ("payment_unknown", None, None, 8, "CNY")] == (
        cashpoint.findings()[-2:]
    )


async def test_what_is_kept_of_a_callback_is_sealed(cashpoint: Cashpoint, member: Caller) -> None:
    payment = await cashpoint.offered(member)
    signed = cashpoint.provider.callback(cashpoint.provider.pay(payment), cashpoint.now(), "the-event")
    await cashpoint.hear(signed)
    kept = "SELECT payment_id, raw_encrypted FROM payment_callback WHERE event_id = 'the-event'"
    ((payment_id, raw),) = cashpoint.world.rows(kept)
    assert payment.reference == payment_id.hex
    assert payment.reference.encode() not in raw
    opened = cashpoint.world.vault.payment_callbacks.open(raw, f"{NAME}:the-event".encode())
    assert signed[0]["signature"].encode() in opened


# What no wallet may take ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", ["blocked", "closed", "cap"])
async def test_money_that_cannot_be_credited_goes_back_by_itself(cashpoint: Cashpoint, trouble: str) -> None:
    member = cashpoint.world.member(named=True)
    payment = await cashpoint.offered(member, 4_000_00)
    if trouble == "cap":
        await cashpoint.credited(member, 1_000_01)
    else:
        cashpoint.world.connection.execute("UPDATE member SET status = %s WHERE id = %s", (trouble, member.id))
    before = cashpoint.world.balance(member.id)
    for _ in range(2):
        await cashpoint.call_back(payment)
    assert [("not_creditable", 4_000_00, "requested")] == cashpoint.refunds(payment.id)
    assert "top_up.returned" == cashpoint.world.events(member.id)[-1]
    await cashpoint.work()
    assert [("not_creditable", 4_000_00, "paid")] == cashpoint.refunds(payment.id)
    assert (PaymentStatus.RETURNED, before, 4_000_00) == (
        (await cashpoint.of(payment)).status,
        cashpoint.world.balance(member.id),
        sum(each.amount_minor for each in cashpoint.provider.refunds.values()),
    )


async def test_a_return_that_fails_is_a_finding(cashpoint: Cashpoint) -> None:
    member = cashpoint.world.member(named=True)
    payment = await cashpoint.offered(member)
    cashpoint.world.connection.execute("UPDATE member SET status = 'closed' WHERE id = %s", (member.id,))
    await cashpoint.call_back(payment)
    cashpoint.provider.refuses = {"refund"}
    await cashpoint.work()
    assert [("not_creditable", 100_00, "failed")] == cashpoint.refunds(payment.id)
    assert [("refund_failed", 100_00, "CNY", None, None)] == cashpoint.findings(payment)
    assert 100_00 == (await cashpoint.of(payment)).left_minor


# The end of a payment -------------------------------------------------------------------------------------------------


async def test_what_nobody_pays_is_closed_at_the_provider_and_expires(cashpoint: Cashpoint, member: Caller) -> None:
    payment = await cashpoint.offered(member)
    await cashpoint.work(timedelta(minutes=35))
    assert PaymentStatus.OFFERED is (await cashpoint.of(payment)).status
    await cashpoint.work(timedelta(minutes=1))
    assert PaymentState.CLOSED is cashpoint.provider.payments[payment.reference].state
    ended = await cashpoint.of(payment)
    assert (PaymentStatus.EXPIRED, None) == (ended.status, ended.next_step_at)
    assert ["payment.unpaid"] == cashpoint.world.events(member.id)


async def test_a_payment_that_is_paid_while_it_is_closed_is_credited(cashpoint: Cashpoint, member: Caller) -> None:
    payment = await cashpoint.offered(member)
    cashpoint.provider.paid_on_closing = payment
    await cashpoint.work(timedelta(hours=1))
    assert ["create", "find", "close", "find"] == cashpoint.provider.calls
    assert HUNDRED == cashpoint.world.balance(member.id)


async def test_clocks_that_jump_five_years_end_it_once(cashpoint: Cashpoint, member: Caller) -> None:
    payment = await cashpoint.offered(member)
    await cashpoint.work(timedelta(days=5 * 365))
    assert PaymentStatus.EXPIRED is (await cashpoint.of(payment)).status
    await cashpoint.work(timedelta(days=-5 * 365))
    await cashpoint.call_back(payment)
    assert HUNDRED == cashpoint.world.balance(member.id)


# A provider that is away ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lost", ["down", "deaf"])
async def test_the_same_key_begins_again_what_the_provider_did_not_answer(
    cashpoint: Cashpoint, member: Caller, lost: str
) -> None:
    key = fresh("key")
    setattr(cashpoint.provider, lost, {"create"})
    assert Decline.PROVIDER_UNAVAILABLE is await cashpoint.begin(member, key=key)
    setattr(cashpoint.provider, lost, set())
    again = await cashpoint.begin(member, key=key)
    assert isinstance(again, PaymentBegun)
    assert (True, PaymentStatus.OFFERED) == (again.was_there, again.payment.status)
    assert [(1,)] == cashpoint.world.rows("SELECT count(*) FROM payment WHERE member_id = %s", member.id)
    assert 1 == len(cashpoint.provider.payments)


async def test_an_offer_whose_answer_was_lost_and_that_was_paid_is_credited(
    cashpoint: Cashpoint, member: Caller
) -> None:
    cashpoint.provider.deaf = {"create"}
    await cashpoint.begin(member)
    ((payment_id,),) = cashpoint.world.rows("SELECT id FROM payment WHERE member_id = %s", member.id)
    payment = await find_payment(cashpoint.house.pool, payment_id)
    assert payment is not None
    cashpoint.provider.pay(payment)
    await cashpoint.work(timedelta(minutes=1))
    assert HUNDRED == cashpoint.world.balance(member.id)


@pytest.mark.parametrize(("lost", "call"), [("down", "find"), ("deaf", "find"), ("down", "close")])
async def test_a_provider_that_is_away_for_a_day_is_asked_until_it_answers(
    cashpoint: Cashpoint, member: Caller, lost: str, call: str
) -> None:
    payment = await cashpoint.offered(member)
    setattr(cashpoint.provider, lost, {call})
    for _ in range(24):
        await cashpoint.work(timedelta(hours=1))
    assert PaymentStatus.OFFERED is (await cashpoint.of(payment)).status
    assert 10 < cashpoint.provider.calls.count(call) <= 24
    setattr(cashpoint.provider, lost, set())
    await cashpoint.work(timedelta(hours=2))
    assert PaymentStatus.EXPIRED is (await cashpoint.of(payment)).status


async def test_a_payment_that_the_provider_will_not_have_has_failed(cashpoint: Cashpoint, member: Caller) -> None:
    cashpoint.provider.refuses = {"create"}
    assert Decline.PAYMENT_REFUSED is await cashpoint.begin(member)
    assert [("failed",)] == cashpoint.world.rows("SELECT status FROM payment WHERE member_id = %s", member.id)


# What is refused at the door ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("has_name", "balance_minor", "amount_minor", "expected"),
    [
        ("named", 0, 5_000_00, None),
        ("named", 0, 5_000_01, Decline.LIMIT_EXCEEDED),
        ("named", 4_999_99, 1, None),
        ("named", 4_999_99, 2, Decline.LIMIT_EXCEEDED),
        ("nameless", 0, 1, Decline.REAL_NAME_REQUIRED),
    ],
)
async def test_caps_and_real_name_are_asked_before_anybody_pays(
    cashpoint: Cashpoint, has_name: str, balance_minor: int, amount_minor: int, expected: Decline | None
) -> None:
    member = cashpoint.world.member(named=has_name == "named", principal_minor=balance_minor)
    begun = await cashpoint.begin(member, amount_minor)
    assert expected is (begun if isinstance(begun, Decline) else None)


async def test_what_cannot_be_begun_is_refused(cashpoint: Cashpoint, member: Caller) -> None:
    assert Decline.PROVIDER_NOT_FOUND is await cashpoint.begin(member, provider="nobody")
    for amount_minor, unit in ((10_000_01, "CNY"), (1, "EUR")):
        assert Decline.PAYMENT_REFUSED is await cashpoint.begin(member, amount_minor, unit)
    abroad = cashpoint.world.member(programme=cashpoint.world.abroad, named=True)
    assert Decline.CURRENCY_MISMATCH is await cashpoint.begin(abroad)
    blocked = cashpoint.world.member(named=True, status="blocked")
    assert Decline.MEMBER_NOT_ACTIVE is await cashpoint.begin(blocked)
    assert {} == cashpoint.provider.payments


async def test_a_key_begins_one_payment_and_no_other(cashpoint: Cashpoint, member: Caller) -> None:
    key = fresh("key")
    first, again = [await cashpoint.begin(member, key=key) for _ in range(2)]
    assert isinstance(first, PaymentBegun)
    assert isinstance(again, PaymentBegun)
    assert (first.payment.id, True) == (again.payment.id, again.was_there)
    with pytest.raises(KeyReusedError):
        await cashpoint.begin(member, 1, key=key)


# Trying stolen cards --------------------------------------------------------------------------------------------------


async def test_unpaid_payments_use_up_a_members_limit_and_paid_ones_do_not(
    cashpoint: Cashpoint, member: Caller
) -> None:
    await cashpoint.credited(member, 1)
    for _ in range(UNPAID_BY_MEMBER.limit):
        cashpoint.world.clock.advance(timedelta(hours=1))
        await cashpoint.offered(member, 1)
    assert isinstance(await cashpoint.begin(member, 1), RateLimited)


async def test_payments_are_limited_by_member_and_by_address(cashpoint: Cashpoint, member: Caller) -> None:
    for _ in range(PAYMENTS_BY_MEMBER.limit):
        await cashpoint.credited(member, 1)
    assert isinstance(await cashpoint.begin(member, 1), RateLimited)
    cashpoint.world.clock.advance(timedelta(days=2))
    for _ in range(PAYMENTS_BY_ADDRESS.limit):
        assert Decline.REAL_NAME_REQUIRED is await cashpoint.begin(cashpoint.world.member(), address="192.0.2.99")
    assert isinstance(await cashpoint.begin(member, address="192.0.2.99"), RateLimited)
