"""Two processes at one order: every card is activated once, by whichever instruction comes first, and money adds up."""

import asyncio

import pytest

from florin.batch.orders.carry_out import carry_out, carry_out_what_waits
from florin.clearing.house import ClearingHouse
from florin.domain.card_instruction import Instruction, InstructionKind
from florin.domain.card_selection import CardRange
from florin.storage.corporate.instructions import find_instruction
from florin.storage.posting import fact_queries
from florin.storage.posting.engine import EngineLimits
from tests.batch.orders.box_desk import BoxDesk, broken_proofs
from tests.clearing.test_races import debit_naively
from tests.corporate import Corporate
from tests.world import World

SMALL_GROUPS = EngineLimits(group=5, lanes=3)
QUANTITIES = (12, 9)
BOXES = [
    None,
    [CardRange(1, 1, 8)],
    [CardRange(1, 5, 12), CardRange(2, 1, 4)],
    [CardRange(2, 3, 9), CardRange(1, 8, 8)],
]
"""Overlapping selections: all cards, and boxes that share some."""


def desk_of(house: ClearingHouse, world: World) -> BoxDesk:
    lines = tuple(("bearer_gift", 100_00, quantity) for quantity in QUANTITIES)
    return BoxDesk(house, Corporate(world), lines=lines)


def wrong_activations(world: World, desk: BoxDesk, counted: list[Instruction]) -> list[str]:
    """What contradicts that each card was activated once, and was counted as done by one instruction."""
    rows = world.rows(
        """SELECT l.line, c.serial, c.status, count(t.journal_id), coalesce(sum(t.amount_minor), 0)::bigint
           FROM order_line l JOIN card c ON c.issue_id = l.issue_id
           LEFT JOIN transfer t ON t.credit_code = 2010 AND t.credit_owner = c.id
           WHERE l.order_id = %s GROUP BY 1, 2, 3 ORDER BY 1, 2""",
        desk.order.id,
    )
    found = [str(row) for row in rows if row[2:] != ("active", 1, 95_00)]
    if sum(each.done for each in counted) != sum(QUANTITIES):
        found.append(f"counted as done: {[each.done for each in counted]}")
    if not all(each.is_finished and not each.refused for each in counted):
        found.append(f"not finished, or refused: {counted}")
    expected = ("activated", 0, desk.order.price_minor)
    return found if desk.standing() == expected else [*found, f"order stands at {desk.standing()}"]


async def race(first: ClearingHouse, second: ClearingHouse, world: World) -> list[str]:
    """Both processes at every instruction at once, and both with their duty too."""
    desk = desk_of(first, world)
    asked = [await desk.asked(ranges=box) for box in BOXES]
    parts = (carry_out(house, each.id, part=3) for each in asked for house in (first, second))
    ended = await asyncio.gather(*parts, carry_out_what_waits(second), return_exceptions=True)
    found = [f"ended with {each!r}" for each in ended if isinstance(each, BaseException)]
    counted = [await find_instruction(first.pool, each.id) for each in asked]
    return found + wrong_activations(world, desk, [each for each in counted if each is not None])


async def test_two_processes_activate_each_card_once(world: World) -> None:
    async with (
        world.clearing_house(SMALL_GROUPS, pool_size=8) as first,
        world.clearing_house(SMALL_GROUPS, pool_size=8, clock=world.late) as second,
    ):
        assert [] == await race(first, second, world)
        assert [] == await broken_proofs(first.pool)


async def test_activation_against_voiding_leaves_each_card_one_fate(world: World) -> None:
    async with world.clearing_house(SMALL_GROUPS) as first, world.clearing_house(SMALL_GROUPS) as second:
        desk = desk_of(first, world)
        activation, voiding = await desk.asked(), await desk.asked(InstructionKind.VOID)
        done = await asyncio.gather(
            carry_out(first, activation.id, part=2), carry_out(second, voiding.id, part=2, clock=world.clock)
        )
        fates = [status for line in desk.statuses() for status in line]
        assert [each.done for each in done] == [fates.count("active"), fates.count("voided")]
        status, reserved_minor, used_minor = desk.standing()
        assert (0, 95_00 * fates.count("active")) == (reserved_minor, used_minor)
        assert ("activated" if used_minor else "cancelled") == status
        assert [] == await broken_proofs(first.pool)


async def test_activation_without_locks_would_be_noticed(own_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    debit_naively(own_world, monkeypatch)
    monkeypatch.setattr(fact_queries, "LOCK_ORDERS", fact_queries.LOCK_ORDERS.replace("FOR NO KEY UPDATE", ""))
    own_world.connection.execute("ALTER TABLE corporate_order DROP CONSTRAINT no_more_is_reserved_than_the_price")
    async with (
        own_world.clearing_house(EngineLimits(group=1, lanes=4), pool_size=8) as first,
        own_world.clearing_house(EngineLimits(group=1, lanes=4), pool_size=8) as second,
    ):
        assert [] != await race(first, second, own_world)
