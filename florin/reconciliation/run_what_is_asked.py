"""Doing what somebody has asked for and does not wait for: one run of a kind at a time in all processes together.

A run is found as it was begun by whoever comes after a process that died over it, and is run again from its beginning:
what it writes it writes at once or not at all.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

import structlog

from florin.clearing.house import ClearingHouse
from florin.domain.asked_run import MOST_BEGINNINGS, OnStep, RunFailure, RunKind
from florin.domain.declines import Decline
from florin.reconciliation.day_close.close_days import CloseUnderWayError, close_through
from florin.reconciliation.match import match_statements
from florin.reconciliation.prove import prove
from florin.storage.asked_runs import AskedRun, begin_run, end_run, get_on, is_kept, unfinished_runs
from florin.storage.audit_trail import Author
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import Pool, passes
from florin.storage.day_close.proof_runs import PROOFS, ProofExtent
from florin.storage.reconciliation.match_runs import MATCHING
from florin.storage.turns import Turns

_log: Final = structlog.get_logger("florin.reconciliation")


@dataclass(frozen=True, slots=True)
class Work:
    """What a kind of run does, and whose turn it is at it; a decline ends the run without a result."""

    turn: UUID
    do: Callable[[ClearingHouse, AskedRun, datetime, OnStep], Awaitable[Decline | None]]


async def _prove(house: ClearingHouse, run: AskedRun, now: datetime, on_step: OnStep) -> None:
    if not await is_kept(house.pool, PROOFS, run.id):
        extent = ProofExtent(run.extent or ProofExtent.FULL)
        await prove(house.pool, Author(run.asked_by, now), extent, on_step=on_step, run_id=run.id)


async def _match(house: ClearingHouse, run: AskedRun, now: datetime, on_step: OnStep) -> Decline | None:
    if await is_kept(house.pool, MATCHING, run.id):
        return None
    done = await match_statements(house, None, now, run.programme_id, on_step, run.id)
    return done if isinstance(done, Decline) else None


async def _close(house: ClearingHouse, run: AskedRun, now: datetime, _: OnStep) -> Decline | None:
    if run.programme_id is None or run.business_date is None:
        raise LookupError("a close without its day was asked for")
    programme = (await read_catalogue(house.pool)).programmes[run.programme_id]
    try:
        done = await close_through(house, programme, run.business_date, Author(run.asked_by, now))
    except CloseUnderWayError:
        return Decline.DAY_CLOSE_UNDER_WAY
    return Decline.BOOK_NOT_PROVEN if done.proofs is not None and not done.proofs.ok else None


WORKS: Final[Mapping[RunKind, Work]] = MappingProxyType(
    {
        RunKind.MATCHING: Work(UUID("6d617463-0000-7000-8000-72756e732121"), _match),
        RunKind.PROOFS: Work(UUID("70726f6f-0000-7000-8000-72756e732121"), _prove),
        RunKind.DAY_CLOSE: Work(UUID("636c6f73-0000-7000-8000-72756e732121"), _close),
    }
)


async def run_what_is_asked(
    house: ClearingHouse, clock: Callable[[], datetime], works: Mapping[RunKind, Work] = WORKS
) -> int:
    """Do what is asked for, one after another in the order of asking, and return how many runs have ended.

    A run that fails is over and says so. One that the database is not there for waits for the next time.
    """
    ended = 0
    for run in await unfinished_runs(house.pool):
        work = works[RunKind(run.kind)]
        async with Turns(house.pool).at(work.turn) as is_ours:
            if is_ours:
                ended += await _run(house, run.id, clock(), work)
    return ended


async def _run(house: ClearingHouse, run_id: UUID, now: datetime, work: Work) -> bool:
    run = await begin_run(house.pool, run_id, now)
    if run is None:
        return False  # Another process has ended it since the list was read.
    code: Decline | RunFailure | None = RunFailure.CUT_OFF
    if run.beginnings <= MOST_BEGINNINGS:
        try:
            async with _told_of(house.pool, run.id) as on_step:
                code = await work.do(house, run, now, on_step)
        except Exception as error:  # noqa: BLE001 (whatever it is, whoever asked is told that the run is over)
            if passes(error):
                _log.warning("run_waits_for_the_database", run=str(run.id), error=type(error).__name__)
                return False
            _log.exception("run_failed", run=str(run.id), kind=run.kind)
            code = RunFailure.INTERNAL_ERROR
    await end_run(house.pool, run.id, code)
    return True


@asynccontextmanager
async def _told_of(pool: Pool, run_id: UUID) -> AsyncIterator[OnStep]:
    """Write down how far the run is while it goes on; nothing waits for that, and of many steps the last one counts."""
    step, is_new = (0, 0), asyncio.Event()

    def on_step(done: int, of: int) -> None:
        nonlocal step
        step = done, of
        is_new.set()

    async def write() -> None:
        while await is_new.wait():
            is_new.clear()
            await get_on(pool, run_id, *step)

    writing = asyncio.create_task(write())
    try:
        yield on_step
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
