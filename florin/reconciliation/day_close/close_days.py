"""Going through the checklist of every day that is over: at once or late, once or twice, to its end or until killed.

Each step is written when it begins and when it ends, and each may be done again, so whoever comes after a close that
was cut off goes on where it was and comes to the same seals and the same reports. One process at a time closes a
programme's days.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

import structlog

from florin.clearing.house import ClearingHouse
from florin.domain.day_close import Checklist, CloseStep, StepRow, StepState, is_looked_at, lacking
from florin.domain.programme import Programme
from florin.reconciliation.day_close.steps import STEPS, Closing, Found, Step
from florin.reconciliation.findings import ProofReport
from florin.storage.audit_trail import Author
from florin.storage.book.sealing import SealedDay, close_days
from florin.storage.connect import Pool, passes
from florin.storage.day_close.checklists import (
    begin_checklist,
    days_to_close,
    end_checklist,
    read_checklist,
    write_step,
)
from florin.storage.turns import Turns

OnChange = Callable[[Checklist], None]

_CLOSE: Final = UUID("636c6f73-0000-7000-8000-6f6674686564")

_log: Final = structlog.get_logger("florin.day_close")


class DayNotOverError(Exception):
    """The business day has not ended yet, so it cannot be closed."""


class CloseUnderWayError(Exception):
    """Another process is closing days of this programme."""


@dataclass(frozen=True, slots=True)
class Closed:
    """What a close has done: the days that take no posting since, those sealed, and the lists that it went through.

    The last list is the one at which it stopped, if it did. ``proofs`` is None when no day was left to be proven.
    """

    closed: tuple[date, ...]
    sealed: tuple[SealedDay, ...]
    checklists: tuple[Checklist, ...]
    proofs: ProofReport | None

    @property
    def state(self) -> StepState:
        """Where the close stands; done when nothing was left to be done."""
        return self.checklists[-1].state if self.checklists else StepState.DONE


async def close_through(
    house: ClearingHouse,
    programme: Programme,
    business_date: date,
    author: Author,
    *,
    on_change: OnChange = lambda _: None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    steps: Mapping[CloseStep, Step] = STEPS,
) -> Closed:
    """Close every day of the programme up to ``business_date``, oldest first, as far as each can be.

    Args:
        house: what the steps work with.
        programme: whose days.
        business_date: the last of them.
        author: who asks and when, put on record.
        on_change: told of the list of the day at hand whenever a step begins or ends.
        clock: what the steps' times are taken from.
        steps: what each step does.

    Raises:
        DayNotOverError: ``business_date`` has not ended when the author asks.
        CloseUnderWayError: somebody else is at it.
    """
    require_over(programme, business_date, author.now)
    async with turn_at(house.pool, programme.id) as is_ours:
        if not is_ours:
            raise CloseUnderWayError(f"days of {programme.code} are being closed by somebody else")
        closing = Closing(house, programme, author)
        closed = await close_days(house.pool, programme.id, business_date, author)
        lists: list[Checklist] = []
        for day in await days_to_close(house.pool, programme.id, business_date):
            lists.append(await _go_through(closing, day, on_change, clock, steps))
            if lists[-1].state is not StepState.DONE:
                break
    proofs = None if closing.proofs is None else closing.proofs.report
    return Closed(tuple(closed), tuple(closing.sealed), tuple(lists), proofs)


def require_over(programme: Programme, business_date: date, now: datetime) -> None:
    """Return when the business day is over; `DayNotOverError` otherwise."""
    _, ends_at = programme.times_of(business_date, business_date)
    if now < ends_at:
        raise DayNotOverError(f"{business_date} of {programme.code} ends at {ends_at.isoformat()}")


def turn_at(pool: Pool, programme_id: UUID) -> AbstractAsyncContextManager[bool]:
    """Whether it is the caller's turn at closing a programme's days, or opening one; it ends with the block."""
    return Turns(pool).at(UUID(int=_CLOSE.int ^ programme_id.int))


async def _go_through(
    closing: Closing,
    day: date,
    on_change: OnChange,
    clock: Callable[[], datetime],
    steps: Mapping[CloseStep, Step],
) -> Checklist:
    pool = closing.house.pool
    checklist = await read_checklist(pool, closing.programme.id, day)
    await begin_checklist(pool, checklist, closing.author.now)
    checklist = replace(checklist, began_at=checklist.began_at or closing.author.now)
    for name in CloseStep:
        states = {each.step: each.state for each in checklist.steps}
        is_sealed = states[CloseStep.SEAL] is StepState.DONE
        if not is_looked_at(name, states[name], is_sealed=is_sealed):
            continue
        if missing := lacking(name, states):
            row = StepRow(name, StepState.WAITING, clock(), clock(), {"after": missing})
        else:
            row = StepRow(name, StepState.RUNNING, clock())
            checklist = await _note(closing, checklist, row, on_change)
            found = await _do(closing, checklist, name, steps[name])
            row = replace(row, state=found.state, ended_at=clock(), finding=found.finding)
        checklist = await _note(closing, checklist, row, on_change)
    if checklist.state is StepState.DONE:
        await end_checklist(pool, checklist, closing.author.now)
        checklist = replace(checklist, ended_at=closing.author.now)
        on_change(checklist)
    return checklist


async def _do(closing: Closing, checklist: Checklist, name: CloseStep, step: Step) -> Found:
    try:
        return await step(closing, checklist)
    except Exception as error:
        if passes(error):
            raise  # The database is away: whoever asked tries again, and the step is found as it was begun.
        _log.exception("day_close_step_failed", step=name, day=checklist.business_date.isoformat())
        return Found({"error": type(error).__name__}, StepState.FAILED)


async def _note(closing: Closing, checklist: Checklist, row: StepRow, on_change: OnChange) -> Checklist:
    await write_step(closing.house.pool, checklist, row)
    rows = tuple(row if each.step is row.step else each for each in checklist.steps)
    changed = replace(checklist, steps=rows)
    on_change(changed)
    return changed
