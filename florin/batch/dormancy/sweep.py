"""The dormancy sweep: who has used nothing for so long is told so, then becomes inactive, and later dormant.

Safe anywhere and any time: see `florin.storage.dormancy.dormancy_sweep`. One run takes nobody more than one step, and a
step to another stage needs a notice that is old enough, so neither an outage of a month nor a clock that jumps by years
makes anybody dormant unwarned.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from florin.clearing.dormancy.stage_changes import carry_out_changes, stage_changes
from florin.storage.connect import Pool
from florin.storage.dormancy.dormancy_sweep import (
    Sweep,
    begin_sweep,
    find_sweep,
    next_chunk,
    owners_after,
    read_chunk,
    rules_in_force,
)

CHUNK: Final = 5000
"""Owners of one transaction, which takes some tenths of a second and holds no lock that a purchase would wait for."""

DAILY: Final = timedelta(hours=20)
"""What a serving process sweeps by: once a day, and a day need not begin at the same minute as the day before."""

Progress = Callable[[int, int], None]
"""Called after every chunk with the number of cards and wallets that were looked at, and of all."""

_NOBODY: Final = UUID(int=0)


async def sweep(
    pool: Pool, now: datetime, progress: Progress | None = None, *, chunk: int = CHUNK, most: int | None = None
) -> Sweep:
    """Finish the sweep that is under way, or else begin one at ``now``, and work at it to its end.

    A sweep goes by the time at which it began, unless that lies ahead of ``now``. ``most`` chunks are done at most.
    """
    sweep_id = await begin_sweep(pool, now)
    if sweep_id is None:
        raise LookupError("a sweep without a condition always begins")
    return await work_at(pool, sweep_id, now, progress, chunk=chunk, most=most)


async def sweep_if_due(pool: Pool, now: datetime) -> Sweep | None:
    """The daily sweep, unless it has been done; None when there was nothing to do."""
    sweep_id = await begin_sweep(pool, now, unless_within=DAILY)
    return None if sweep_id is None else await work_at(pool, sweep_id, now)


async def work_at(
    pool: Pool,
    sweep_id: UUID,
    now: datetime,
    progress: Progress | None = None,
    *,
    chunk: int = CHUNK,
    most: int | None = None,
) -> Sweep:
    """Do the chunks that are left of a sweep; a process that helps with it meanwhile does its share of them."""
    rules = await rules_in_force(pool)
    whole = 0 if progress is None else await owners_after(pool, _NOBODY)
    done = 0
    while most is None or done < most:
        async with next_chunk(pool, sweep_id, rules, chunk, now) as turn:
            if turn is None:
                break
            changes = stage_changes(turn.chunk.quiet, rules, turn.moment)
            await carry_out_changes(turn, changes, turn.moment)
        done += 1
        if progress is not None:
            progress(turn.sweep.owners + turn.chunk.owners, whole)
    found = await find_sweep(pool, sweep_id)
    if found is None:
        raise LookupError(f"there is no sweep {sweep_id}")
    return found


async def rehearse(pool: Pool, now: datetime, progress: Progress | None = None, *, chunk: int = CHUNK) -> Counter[str]:
    """What a whole sweep at ``now`` would do, without doing it: how many owners, notices and changes of stage."""
    rules = await rules_in_force(pool)
    whole = 0 if progress is None else await owners_after(pool, _NOBODY)
    counted: Counter[str] = Counter(owners=0, notices=0, inactive=0, dormant=0, woken=0)
    after: UUID | None = _NOBODY
    while after is not None:
        part = await read_chunk(pool, rules, after, chunk, now)
        counted.update(stage_changes(part.quiet, rules, now).counted)
        counted["owners"] += part.owners
        after = part.last
        if progress is not None:
            progress(counted["owners"], whole)
    return counted
