"""Inquire, and the counting of wrong PINs, which is the same for every verb that asks for one."""

from datetime import timedelta

import pytest

from florin.domain.declines import Decline
from florin.domain.pin_attempts import FAILURES_TO_LOCK, FAILURES_TO_LOCK_FOR_GOOD
from florin.storage.posting.request import Answer
from tests.till import Till, fresh, said
from tests.world import KnownCard, World

VERBS = ("inquire", "purchase", "hold", "redeem", "preview")


async def ask(world: World, till: Till, verb: str, card: KnownCard, *, right: bool) -> Answer:
    """One of the verbs that ask for a PIN."""
    shown = card.by_pin if right else card.by_wrong_pin
    match verb:
        case "inquire":
            return await till.inquire(shown)
        case "purchase":
            return await till.purchase(shown, 1)
        case "hold":
            return await till.hold(shown, 1)
        case "redeem":
            return await till.at(world.member()).redeem(shown)
        case _:
            return await till.at(world.member()).preview(shown)


def failures(world: World, card: KnownCard) -> tuple[object, ...]:
    return world.one("SELECT pin_failures, pin_locked_until FROM card WHERE id = %s", card.id)


async def test_whoever_knows_number_and_pin_sees_the_balance(world: World, till: Till) -> None:
    card = world.card(bonus_minor=5_00)
    await till.hold(card.by_pin, 30_00)
    answer = await till.inquire(card.by_pin)
    assert (105_00, 75_00) == (said(answer)["balance"]["amount"], said(answer)["available"]["amount"])
    assert ("active", card.number[-4:]) == (said(answer)["status"], said(answer)["last4"])


@pytest.mark.parametrize("change", [{"block": "all"}, {"expires_on": "2026-03-01"}], ids=["blocked", "expired"])
async def test_a_card_that_cannot_pay_still_tells_its_balance(
    world: World, till: Till, change: dict[str, object]
) -> None:
    assert None is (await till.inquire(world.card(**change).by_pin)).decline  # type: ignore[arg-type]


@pytest.mark.parametrize("verb", VERBS)
async def test_five_wrong_pins_lock_a_card_for_a_day(world: World, till: Till, verb: str) -> None:
    card = world.card(principal_minor=100_00)
    for count in range(1, FAILURES_TO_LOCK + 1):
        answer = await ask(world, till, verb, card, right=False)
        assert Decline.CARD_NOT_ACCEPTED == answer.decline
        locked_until = world.clock.now + timedelta(hours=24) if count == FAILURES_TO_LOCK else None
        assert (count, locked_until) == failures(world, card)
    before = failures(world, card)
    assert [Decline.CARD_NOT_ACCEPTED] * 2 == [
        (await ask(world, till, verb, card, right=right)).decline for right in (True, False)
    ]
    assert before == failures(world, card), "nothing is evaluated while the card is locked"
    world.clock.advance(timedelta(hours=24))
    assert None is (await ask(world, till, verb, card, right=True)).decline
    assert (0, None) == failures(world, card)


async def test_ten_wrong_pins_lock_a_card_for_good(world: World, till: Till) -> None:
    card = world.card()
    for _ in range(2):
        for _ in range(FAILURES_TO_LOCK):
            await till.inquire(card.by_wrong_pin)
        world.clock.advance(timedelta(hours=24))
    world.clock.advance(timedelta(days=365))
    assert Decline.CARD_NOT_ACCEPTED == (await till.inquire(card.by_pin)).decline
    assert FAILURES_TO_LOCK_FOR_GOOD == failures(world, card)[0]


async def test_all_that_is_wrong_with_a_pin_or_number_looks_alike(world: World, till: Till) -> None:
    unsold, locked = world.card(status="in_stock"), world.card()
    for _ in range(FAILURES_TO_LOCK):
        await till.inquire(locked.by_wrong_pin)
    nobodys = KnownCard(unsold.id, "9123450000000000000", "00000000", "")
    answers = [
        await till.inquire(each)
        for each in (unsold.by_pin, unsold.by_wrong_pin, locked.by_pin, nobodys.by_pin, world.card().by_wrong_pin)
    ]
    assert {(Decline.CARD_NOT_ACCEPTED, b"{}")} == {(each.decline, each.body) for each in answers}


async def test_a_replayed_wrong_pin_counts_once(world: World, till: Till) -> None:
    card, key, reference = world.card(), fresh("key"), fresh("ref")
    for _ in range(3):
        await till.purchase(card.by_wrong_pin, 1, key=key, reference=reference)
    assert (1, None) == failures(world, card)


async def test_an_answer_about_an_unknown_card_waits_for_the_disk_as_one_about_a_known_card_does(
    world: World, till: Till
) -> None:
    locked = world.card(pin_failures=FAILURES_TO_LOCK_FOR_GOOD)
    nobodys = KnownCard(locked.id, "9123450000000000000", "00000000", "0" * 20)
    for shown in (world.card().by_pin, locked.by_pin, nobodys.by_pin, nobodys.by_ecode):
        (written,) = world.one("SELECT pg_current_wal_insert_lsn()")
        await till.inquire(shown)
        assert (True,) == world.one("SELECT pg_current_wal_flush_lsn() > %s::pg_lsn", written)
