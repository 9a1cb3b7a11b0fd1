"""Hold, capture and release: money reserved, taken or let go, and the order of the refusals."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.storage.fresh_ids import fresh_id
from tests.clearing.troubles import CardAttempt, befallen, card_troubles
from tests.till import Till, fresh, said, subject
from tests.world import Balance, World

USUAL_LIFETIME = timedelta(seconds=600)


TROUBLES = card_troubles("replaced", "all", ({"lifetime_s": 3601}, Decline.LIMIT_EXCEEDED))


@pytest.mark.parametrize("first", range(len(TROUBLES)))
async def test_the_first_of_several_refusals_is_given(world: World, till: Till, first: int) -> None:
    attempt = befallen(CardAttempt(), TROUBLES[first:])
    till, pay_with = attempt.made_in(world, till)
    before = world.everything_that_counts()
    answer = await till.hold(pay_with, attempt.amount_minor, attempt.currency, lifetime_s=attempt.lifetime_s)
    assert TROUBLES[first][1] == answer.decline
    assert before == world.everything_that_counts()


async def test_a_hold_reserves_and_posts_nothing(world: World, till: Till) -> None:
    card = world.card(bonus_minor=10_00)
    answer = await till.hold(card.by_pin, 30_00, reference="table 7")
    assert said(answer) == {
        "id": wire_id("hold", subject(answer)),
        "status": "open",
        "reference": "table 7",
        "paid_by": wire_id("card", card.id),
        "amount": {"amount": 30_00, "currency": "CNY"},
        "expires_at": "2026-03-02T04:10:00Z",
        "opened_at": "2026-03-02T04:00:00Z",
        "ended_at": None,
        "balance": {"amount": 110_00, "currency": "CNY"},
        "available": {"amount": 80_00, "currency": "CNY"},
    }
    assert (None, Balance(100_00, 10_00, 30_00)) == (answer.journal_id, world.balance(card.id))
    assert Decline.INSUFFICIENT_FUNDS == (await till.purchase(card.by_pin, 80_01)).decline
    assert None is (await till.purchase(card.by_pin, 80_00)).decline


async def test_a_hold_on_a_wallet_uses_up_its_payment_code(world: World, till: Till) -> None:
    member = world.member(principal_minor=50_00)
    code = world.payment_code(member)
    hold_id = subject(await till.hold(code, 20_00))
    assert Decline.PAYMENT_CODE_INVALID == (await till.purchase(code, 20_00)).decline
    captured = await till.capture(hold_id)
    assert [("purchase", 20_00, 2020, member.id, 2040, world.shop.id)] == world.transfers(captured.journal_id)
    assert Balance(30_00) == world.balance(member.id)


# Capture ----------------------------------------------------------------------------------------------------------


async def test_a_capture_takes_its_part_and_frees_the_rest(world: World, till: Till) -> None:
    card = world.card(bonus_minor=10_00)
    hold_id = subject(await till.hold(card.by_pin, 30_00))
    answer = await till.capture(hold_id, 25_00)
    assert world.transfers(answer.journal_id) == [
        ("purchase", 15_00, 2010, card.id, 2040, world.shop.id),
        ("purchase", 10_00, 2011, card.id, 2040, world.shop.id),
    ]
    assert wire_id("hold", hold_id) == said(answer)["hold_id"]
    assert Balance(85_00) == world.balance(card.id)


async def test_a_capture_without_an_amount_takes_all_that_is_held(world: World, till: Till) -> None:
    card = world.card()
    answer = await till.capture(subject(await till.hold(card.by_pin, 30_00)))
    assert (30_00, Balance(70_00)) == (said(answer)["approved"]["amount"], world.balance(card.id))


CAPTURE_TROUBLES = (
    ({"merchant": "suspended"}, Decline.MERCHANT_INACTIVE),
    ({"merchant": "rival"}, Decline.HOLD_NOT_FOUND),
    ({"ended": True}, Decline.HOLD_NOT_OPEN),
    ({"currency": "EUR"}, Decline.CURRENCY_MISMATCH),
    ({"amount_minor": 30_01}, Decline.CAPTURE_EXCEEDS_HOLD),
    ({"status": "closed"}, Decline.CARD_NOT_ACTIVE),
)


@dataclass(frozen=True)
class CaptureAttempt:
    """What can be wrong with a capture."""

    merchant: str = "shop"
    ended: bool = False
    currency: str = "CNY"
    amount_minor: int = 30_00
    status: str = "active"


@pytest.mark.parametrize("first", range(len(CAPTURE_TROUBLES)))
async def test_a_capture_gives_the_first_of_several_refusals(world: World, till: Till, first: int) -> None:
    attempt = CaptureAttempt()
    for change, _ in reversed(CAPTURE_TROUBLES[first:]):
        attempt = replace(attempt, **change)
    card = world.card()
    hold_id = subject(await till.hold(card.by_pin, 30_00))
    if attempt.ended:
        await till.release(hold_id)
    world.connection.execute("UPDATE card SET status = %s WHERE id = %s", (attempt.status, card.id))
    before = world.everything_that_counts()
    till = till.at(getattr(world, attempt.merchant))
    answer = await till.capture(hold_id, attempt.amount_minor, attempt.currency)
    assert CAPTURE_TROUBLES[first][1] == answer.decline
    assert before == world.everything_that_counts()


@pytest.mark.parametrize("change", [{"block": "all"}, {"expires_on": "2026-03-01"}], ids=["block", "expiry"])
async def test_what_befalls_a_card_later_stops_no_capture(world: World, till: Till, change: dict[str, str]) -> None:
    card = world.card()
    hold_id = subject(await till.hold(card.by_pin, 30_00))
    world.connection.execute(
        "UPDATE card SET block = %s, expires_on = %s WHERE id = %s",
        (change.get("block", "none"), change.get("expires_on"), card.id),
    )
    assert None is (await till.capture(hold_id)).decline


# Release and expiry -----------------------------------------------------------------------------------------------


async def test_a_released_hold_reserves_nothing_and_stays_so(world: World, till: Till) -> None:
    card = world.card()
    hold_id = subject(await till.hold(card.by_pin, 30_00))
    answer = await till.release(hold_id)
    assert ["released", 100_00] == [said(answer)["status"], said(answer)["available"]["amount"]]
    assert Balance(100_00) == world.balance(card.id)
    assert Decline.HOLD_NOT_OPEN == (await till.release(hold_id)).decline
    assert Decline.HOLD_NOT_OPEN == (await till.capture(hold_id)).decline


async def test_only_the_merchant_that_holds_releases(world: World, till: Till) -> None:
    hold_id = subject(await till.hold(world.card().by_pin, 30_00))
    assert Decline.HOLD_NOT_FOUND == (await till.at(world.rival).release(hold_id)).decline
    assert Decline.MERCHANT_INACTIVE == (await till.at(world.suspended).release(hold_id)).decline
    assert Decline.HOLD_NOT_FOUND == (await till.release(fresh_id())).decline


async def test_a_captured_hold_is_not_released(world: World, till: Till) -> None:
    hold_id = subject(await till.hold(world.card().by_pin, 30_00))
    await till.capture(hold_id)
    assert Decline.HOLD_NOT_OPEN == (await till.release(hold_id)).decline
    assert Decline.HOLD_NOT_OPEN == (await till.capture(hold_id)).decline


async def test_a_hold_lives_until_its_time_and_not_beyond(world: World, till: Till) -> None:
    card = world.card()
    early, late = [subject(await till.hold(card.by_pin, 50_00)) for _ in range(2)]
    world.clock.advance(USUAL_LIFETIME - timedelta(seconds=1))
    assert None is (await till.capture(early)).decline
    world.clock.advance(timedelta(seconds=1))
    assert Decline.HOLD_EXPIRED == (await till.capture(late)).decline
    assert Decline.HOLD_EXPIRED == (await till.release(late)).decline
    assert Balance(50_00) == world.balance(card.id)
    assert ({"hold_id": wire_id("hold", late)},) == world.one(
        "SELECT payload FROM outbox WHERE name = 'hold.expired' AND subject_id = %s", card.id
    )


async def test_whoever_comes_next_may_spend_what_an_expired_hold_kept(world: World, till: Till) -> None:
    card = world.card()
    await till.hold(card.by_pin, 100_00)
    assert Decline.INSUFFICIENT_FUNDS == (await till.purchase(card.by_pin, 1)).decline
    world.clock.advance(USUAL_LIFETIME)
    assert None is (await till.purchase(card.by_pin, 100_00)).decline


async def test_a_reference_serves_one_hold_or_capture(world: World, till: Till) -> None:
    card, reference = world.card(), fresh("ref")
    hold_id = subject(await till.hold(card.by_pin, 30_00, reference=reference))
    assert Decline.DUPLICATE_REFERENCE == (await till.hold(card.by_pin, 30_00, reference=reference)).decline
    assert Decline.DUPLICATE_REFERENCE == (await till.capture(hold_id, reference=reference)).decline
    assert None is (await till.capture(hold_id)).decline
