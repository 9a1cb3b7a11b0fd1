"""Races between callers of two processes, each with a check that says what went wrong.

A race returns its findings instead of asserting, so that the same check can be tried on an engine broken on purpose.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from itertools import cycle
from typing import Final

from florin.domain.declines import Decline
from florin.domain.pin_attempts import FAILURES_TO_LOCK
from florin.storage.posting.request import Answer
from tests.till import Till, fresh, said, subject
from tests.world import Balance, World

Race = Callable[[World, Till, Till], Awaitable[list[str]]]
"""A race between the tills of two processes. The second goes by the world's late clock."""

ROUNDS: Final = 15


def approved(answers: Iterable[Answer]) -> int:
    return sum(answer.decline is None for answer in answers)


def differs(what: str, expected: object, actual: object) -> list[str]:
    return [] if expected == actual else [f"{what}: {actual} instead of {expected}"]


async def two_hundred_clients_on_one_card(world: World, first: Till, second: Till) -> list[str]:
    """The card holds a hundred purchases, and two hundred are asked for."""
    card = world.card()
    tills = zip(range(200), cycle((first, second)), strict=False)
    answers = await asyncio.gather(*[till.purchase(card.by_pin, 1_00) for _, till in tills])
    count, spent_minor = world.one(
        "SELECT count(*), sum(amount_minor)::bigint FROM transfer WHERE debit_owner = %s", card.id
    )
    return [
        *differs("answers", Counter({None: 100, Decline.INSUFFICIENT_FUNDS: 100}), Counter(a.decline for a in answers)),
        *differs("purchases and their sum", (100, 100_00), (count, spent_minor)),
        *differs("balance", Balance(), world.balance(card.id)),
    ]


async def one_key_fifty_times(world: World, first: Till, second: Till) -> list[str]:
    """One request, sent by fifty impatient clients to two processes."""
    card, key, reference = world.card(), fresh("key"), fresh("ref")
    tills = zip(range(50), cycle((first, second)), strict=False)
    answers = await asyncio.gather(
        *[till.purchase(card.by_pin, 1_00, key=key, reference=reference) for _, till in tills]
    )
    return [
        *differs("different answers", 1, len({(each.decline, each.body) for each in answers})),
        *differs("answers that are no replay", 1, sum(not each.replayed for each in answers)),
        *differs("balance", Balance(99_00), world.balance(card.id)),
        *differs("operations", (1,), world.one("SELECT count(*) FROM operation WHERE key = %s", key)),
    ]


async def one_reference_under_many_keys(world: World, first: Till, second: Till) -> list[str]:
    """One receipt, sent under a new key each time."""
    card, reference = world.card(), fresh("ref")
    tills = zip(range(20), cycle((first, second)), strict=False)
    answers = await asyncio.gather(*[till.purchase(card.by_pin, 1_00, reference=reference) for _, till in tills])
    declines = Counter(each.decline for each in answers)
    return [
        *differs("answers", Counter({None: 1, Decline.DUPLICATE_REFERENCE: 19}), declines),
        *differs("balance", Balance(99_00), world.balance(card.id)),
    ]


async def twenty_members_on_one_recharge_card(world: World, first: Till, second: Till) -> list[str]:
    """Whoever knows a recharge card's PIN wants it."""
    card, members = world.card(kind="recharge"), [world.member() for _ in range(20)]
    tills = zip(members, cycle((first, second)), strict=False)
    answers = await asyncio.gather(*[till.at(member).redeem(card.by_pin) for member, till in tills])
    loaded = Counter(world.balance(each.id) for each in members)
    return [
        *differs("answers", Counter({None: 1, Decline.CARD_REDEEMED: 19}), Counter(a.decline for a in answers)),
        *differs("wallets", Counter({Balance(100_00): 1, Balance(): 19}), loaded),
        *differs("card", Balance(), world.balance(card.id)),
    ]


async def fifty_wrong_pins(world: World, first: Till, second: Till) -> list[str]:
    """Guesses at once count as much as guesses one after another."""
    tills, few, findings = cycle((first, second)), FAILURES_TO_LOCK - 1, list[str]()
    counted = "SELECT pin_failures, pin_locked_until IS NOT NULL FROM card WHERE id = %s"
    cards = [world.card() for _ in range(ROUNDS)]
    for card in cards:
        await asyncio.gather(*[next(tills).inquire(card.by_wrong_pin) for _ in range(few)])
        findings += differs("failures after four", (few, False), world.one(counted, card.id))
    card = cards[-1]
    answers = await asyncio.gather(*[next(tills).purchase(card.by_wrong_pin, 1) for _ in range(50 - few)])
    return [
        *findings,
        *differs("failures after fifty", (FAILURES_TO_LOCK, True), world.one(counted, card.id)),
        *differs("answers", {Decline.CARD_NOT_ACCEPTED}, {each.decline for each in answers}),
    ]


async def twenty_refunds_of_one_purchase(world: World, first: Till, second: Till) -> list[str]:
    """The purchase took four times what each refund wants."""
    card = world.card()
    purchase_id = subject(await first.purchase(card.by_pin, 40_00))
    tills = zip(range(20), cycle((first, second)), strict=False)
    answers = await asyncio.gather(*[till.refund(purchase_id, 10_00) for _, till in tills])
    (given_back_minor,) = world.one(
        "SELECT sum(amount_minor)::bigint FROM transfer WHERE event = 'refund' AND credit_owner = %s", card.id
    )
    return [
        *differs("refunds", 4, approved(answers)),
        *differs("given back", 40_00, given_back_minor),
        *differs("balance", Balance(100_00), world.balance(card.id)),
    ]


async def capture_against_release(world: World, first: Till, second: Till) -> list[str]:
    """One hold, two ends."""
    findings: list[str] = []
    for _ in range(ROUNDS):
        card = world.card()
        hold_id = subject(await first.hold(card.by_pin, 40_00))
        captured, released = await asyncio.gather(first.capture(hold_id), second.release(hold_id))
        findings += differs("ends of a hold", 1, approved([captured, released]))
        left = Balance(60_00) if captured.decline is None else Balance(100_00)
        findings += differs("balance", left, world.balance(card.id))
    return findings


async def capture_against_expiry(world: World, first: Till, second: Till) -> list[str]:
    """The merchant captures at the last instant, and for another process it is just too late."""
    findings: list[str] = []
    for _ in range(ROUNDS):
        card = world.card()
        hold_id = subject(await first.hold(card.by_pin, 100_00))
        world.late.now = world.clock.now + timedelta(hours=1)
        captured, bought = await asyncio.gather(first.capture(hold_id), second.purchase(card.by_pin, 100_00))
        world.late.now = world.clock.now
        findings += differs("purchases", 1, approved([captured, bought]))
        findings += differs("balance", Balance(), world.balance(card.id))
    return findings


async def reversal_against_its_original(world: World, first: Till, second: Till) -> list[str]:
    """The till has lost patience, and its reversal overtakes the purchase or follows at its heels."""
    findings: list[str] = []
    for purchase_first in (True, False) * ROUNDS:
        card, reference = world.card(), fresh("ref")
        original = first.purchase(card.by_pin, 40_00, reference=reference)
        reversal = second.reverse(reference)
        if purchase_first:
            bought, undone = await asyncio.gather(original, reversal)
        else:
            undone, bought = await asyncio.gather(reversal, original)
        outcome = (bought.decline, said(undone)["original"])
        if outcome not in ((None, "reversed"), (Decline.ALREADY_REVERSED, "not_found")):
            findings.append(f"the purchase heard {outcome[0]} and its reversal {outcome[1]}")
        findings += differs("balance", Balance(100_00), world.balance(card.id))
    return findings
