"""Races between two processes, and the proof that each would be noticed if it could be lost."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

import pytest

from florin.reconciliation.run_proofs import run_proofs
from florin.storage.posting import engine, fact_queries
from florin.storage.posting.engine import EngineLimits, PostingEngine
from florin.storage.posting.facts import Facts
from florin.storage.posting.writes import write_and_commit
from tests.clearing import races
from tests.clearing.races import Race
from tests.till import Till
from tests.world import World

RACES: tuple[Race, ...] = (
    races.two_hundred_clients_on_one_card,
    races.one_key_fifty_times,
    races.one_reference_under_many_keys,
    races.twenty_members_on_one_recharge_card,
    races.fifty_wrong_pins,
    races.twenty_refunds_of_one_purchase,
    races.capture_against_release,
    races.capture_against_expiry,
    races.reversal_against_its_original,
)

Given = ParamSpec("Given")
Result = TypeVar("Result")

# Groups much smaller than the crowd, so that many transactions of each process are under way together.
SMALL_GROUPS = EngineLimits(group=5, lanes=3)
# A group decides one after another whatever the database does, so what is broken shows best in groups of one.
ALONE = EngineLimits(group=1, lanes=4)


@asynccontextmanager
async def two_processes(world: World, limits: EngineLimits) -> AsyncIterator[tuple[Till, Till]]:
    async with (
        world.clearing_house(limits, pool_size=6) as first,
        world.clearing_house(limits, pool_size=6, clock=world.late) as second,
    ):
        yield Till(first, world.shop), Till(second, world.shop)


@pytest.mark.parametrize("race", RACES)
async def test_nobody_wins_a_race_twice(world: World, race: Race) -> None:
    async with two_processes(world, SMALL_GROUPS) as (first, second):
        assert [] == await race(world, first, second)
        report = await run_proofs(first.house.pool)
    assert [] == [each.findings for each in report.results if not each.holds]


class Gate:
    """Where groups that have read wait until every group under way has read, so that none sees another's writes.

    Without it, a group of a broken engine may by luck commit before the next one reads, and nothing goes wrong.
    """

    def __init__(self) -> None:
        self._still_reading: set[asyncio.Task[None] | None] = set()
        self._opened = asyncio.Event()

    def around(self, run_group: Callable[Given, Awaitable[Result]]) -> Callable[Given, Awaitable[Result]]:
        """Requests that are sent at once begin at once: before either has had an answer from the database."""

        @wraps(run_group)
        async def counted(*args: Given.args, **kwargs: Given.kwargs) -> Result:
            self._still_reading.add(asyncio.current_task())
            try:
                return await run_group(*args, **kwargs)
            finally:
                self._has_read()

        return counted

    def before(self, write: Callable[Given, Awaitable[Result]]) -> Callable[Given, Awaitable[Result]]:
        @wraps(write)
        async def held_back(*args: Given.args, **kwargs: Given.kwargs) -> Result:
            opened = self._opened
            self._has_read()
            await opened.wait()
            return await write(*args, **kwargs)

        return held_back

    def _has_read(self) -> None:
        self._still_reading.discard(asyncio.current_task())
        if not self._still_reading:
            self._opened.set()
            self._opened = asyncio.Event()


def forget_what_was_answered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Idempotency switched off: earlier operations are not found, and keys and references may repeat.

    It needs no gate: every request takes effect, in whatever order they come.
    """
    monkeypatch.setattr(Facts, "add_operation", lambda *_: None)
    world.connection.execute("ALTER TABLE operation DROP CONSTRAINT operation_pkey")
    world.connection.execute("DROP INDEX operation_reference_is_unique")


def debit_naively(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read, decide and write without a lock, each at the worst moment, and no wall of the schema behind it."""
    without_locks = fact_queries.LOCK_ACCOUNTS.replace("FOR NO KEY UPDATE", "")
    monkeypatch.setattr(fact_queries, "LOCK_ACCOUNTS", without_locks)
    gate = Gate()
    monkeypatch.setattr(PostingEngine, "_run_group", gate.around(PostingEngine._run_group))  # noqa: SLF001 (a wall)
    monkeypatch.setattr(engine, "write_and_commit", gate.before(write_and_commit))
    world.connection.execute("ALTER TABLE strict_account DROP CONSTRAINT nothing_is_overspent")
    world.connection.execute("DROP INDEX transfer_statement_is_gapless")
    world.connection.execute("ALTER TABLE redemption DROP CONSTRAINT redemption_pkey")


Break = Callable[[World, pytest.MonkeyPatch], None]


@pytest.mark.parametrize(
    ("race", "break_it"),
    [
        (races.two_hundred_clients_on_one_card, debit_naively),
        (races.one_key_fifty_times, forget_what_was_answered),
        (races.one_reference_under_many_keys, forget_what_was_answered),
        (races.twenty_members_on_one_recharge_card, debit_naively),
        (races.fifty_wrong_pins, debit_naively),
        (races.twenty_refunds_of_one_purchase, debit_naively),
        (races.capture_against_release, debit_naively),
        (races.capture_against_expiry, debit_naively),
        (races.reversal_against_its_original, forget_what_was_answered),
    ],
)
async def test_a_race_that_can_be_lost_is_noticed(
    own_world: World, monkeypatch: pytest.MonkeyPatch, race: Race, break_it: Break
) -> None:
    break_it(own_world, monkeypatch)
    async with two_processes(own_world, ALONE) as (first, second):
        assert [] != await race(own_world, first, second)
