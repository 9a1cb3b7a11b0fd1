"""Reverse within its time: what moved money is undone for 24 hours, and everything else is answered at any time."""

from datetime import date, timedelta

import pytest

from florin.domain.declines import Decline
from florin.storage.catalogue import RAISE_VERSION
from florin.storage.posting.request import Answer
from tests.till import Till, fresh, said, subject
from tests.world import NOON, TODAY, Balance, World

LIMIT = timedelta(hours=24)
INSTANT = timedelta(microseconds=1)
MOVING = ("purchase", "capture", "activate")


async def do(world: World, till: Till, verb: str, reference: str) -> Answer:
    """The original under its reference; whatever it moves, it moves now."""
    match verb:
        case "purchase":
            return await till.purchase(world.card().by_pin, 40_00, reference=reference)
        case "hold":
            return await till.hold(world.card().by_pin, 40_00, reference=reference)
        case "capture":
            hold_id = subject(await till.hold(world.card().by_pin, 40_00))
            world.clock.advance(timedelta(minutes=5))
            return await till.capture(hold_id, reference=reference)
        case _:
            return await till.activate(world.card(status="in_stock"), reference=reference)


@pytest.mark.parametrize("verb", MOVING)
async def test_money_is_moved_back_until_24_hours_after_it_was_posted(world: World, till: Till, verb: str) -> None:
    reference = fresh("ref")
    await do(world, till, verb, reference)
    world.clock.advance(LIMIT)
    assert "reversed" == said(await till.reverse(reference))["original"]


@pytest.mark.parametrize("verb", MOVING)
async def test_a_microsecond_later_no_money_is_moved_back(world: World, till: Till, verb: str) -> None:
    reference = fresh("ref")
    await do(world, till, verb, reference)
    world.clock.advance(LIMIT + INSTANT)
    before = world.everything_that_counts()
    assert Decline.REVERSAL_WINDOW_PASSED == (await till.reverse(reference)).decline
    assert before == world.everything_that_counts()


@pytest.mark.parametrize("verb", MOVING)
async def test_what_has_been_undone_is_called_so_at_any_time(world: World, till: Till, verb: str) -> None:
    reference, key = fresh("ref"), fresh("key")
    await do(world, till, verb, reference)
    first = await till.reverse(reference, key=key)
    world.clock.advance(timedelta(days=365))
    assert (True, first.body) == ((again := await till.reverse(reference, key=key)).replayed, again.body)
    assert "already_reversed" == said(await till.reverse(reference))["original"]


async def test_a_purchase_refunded_whole_leaves_nothing_to_be_late_for(world: World, till: Till) -> None:
    reference = fresh("ref")
    await till.refund(subject(await do(world, till, "purchase", reference)))
    world.clock.advance(LIMIT + INSTANT)
    answer = await till.reverse(reference)
    assert ("reversed", None) == (said(answer)["original"], answer.journal_id)


async def test_a_voided_purchase_is_called_undone_at_any_time(world: World, till: Till) -> None:
    reference = fresh("ref")
    await till.void(subject(await do(world, till, "purchase", reference)))
    world.clock.advance(LIMIT + INSTANT)
    assert "already_reversed" == said(await till.reverse(reference))["original"]


async def test_a_decline_for_lateness_is_replayed_too(world: World, till: Till) -> None:
    reference, key = fresh("ref"), fresh("key")
    await do(world, till, "purchase", reference)
    world.clock.advance(LIMIT + INSTANT)
    first, again = [await till.reverse(reference, key=key) for _ in range(2)]
    assert (Decline.REVERSAL_WINDOW_PASSED, True, first.body) == (again.decline, again.replayed, again.body)


async def test_what_never_arrived_is_refused_however_late_its_reversal_comes(world: World, till: Till) -> None:
    card, reference = world.card(), fresh("ref")
    world.clock.advance(timedelta(days=365))
    assert "not_found" == said(await till.reverse(reference))["original"]
    world.clock.advance(timedelta(days=365))
    assert "not_found" == said(await till.reverse(reference))["original"]
    assert Decline.ALREADY_REVERSED == (await till.purchase(card.by_pin, 1, reference=reference)).decline


@pytest.mark.parametrize("lifetime", [timedelta(days=7), timedelta(hours=1)])
async def test_a_hold_is_let_go_as_long_as_it_lives(world: World, till: Till, lifetime: timedelta) -> None:
    card, reference = world.card(), fresh("ref")
    hold_id = subject(await till.hold(card.by_pin, 40_00, reference=reference))
    world.connection.execute("UPDATE hold SET expires_at = %s WHERE id = %s", (NOON + lifetime, hold_id))
    world.clock.advance(LIMIT + INSTANT)
    found = "reversed" if lifetime > LIMIT else "already_reversed"
    assert found == said(await till.reverse(reference))["original"]
    assert Balance(100_00) == world.balance(card.id)


@pytest.mark.parametrize("trouble", ["spent", "blocked", "closed"])
async def test_lateness_is_told_before_what_has_become_of_the_card(world: World, till: Till, trouble: str) -> None:
    card, sale, purchase = world.card(status="in_stock"), fresh("ref"), fresh("ref")
    await till.activate(card, reference=sale)
    await till.purchase(card.by_pin, 40_00, reference=purchase)
    block, status = ("all" if trouble == "blocked" else "none"), ("closed" if trouble == "closed" else "active")
    world.connection.execute("UPDATE card SET block = %s, status = %s WHERE id = %s", (block, status, card.id))
    world.clock.advance(LIMIT + INSTANT)
    answers = [await till.reverse(reference) for reference in (sale, purchase)]
    assert [Decline.REVERSAL_WINDOW_PASSED] * 2 == [each.decline for each in answers]


# The close of the day ---------------------------------------------------------------------------------------------


# Midnight in Shanghai is twelve hours after noon. A worker whose clock is slow still has the day that was closed.
@pytest.mark.parametrize("later", [timedelta(hours=11, minutes=59), timedelta(hours=12), LIMIT])
@pytest.mark.parametrize("verb", ["purchase", "activate"])
async def test_a_reversal_after_the_close_is_posted_to_the_next_open_day(
    world: World, till: Till, verb: str, later: timedelta
) -> None:
    reference = fresh("ref")
    original = await do(world, till, verb, reference)
    world.insert("sealed_day", programme_id=world.home, business_date=TODAY, closed_at=NOON + timedelta(hours=12))
    world.connection.execute(RAISE_VERSION)
    world.clock.advance(later)
    answer = await till.reverse(reference)
    world.connection.execute("DELETE FROM sealed_day")
    world.connection.execute(RAISE_VERSION)
    dates = "SELECT DISTINCT business_date FROM transfer WHERE journal_id = %s"
    assert ((TODAY,), (date(2026, 3, 3),)) == (
        world.one(dates, original.journal_id),
        world.one(dates, answer.journal_id),
    )
