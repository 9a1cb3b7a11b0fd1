"""The checklists of business days: one row a step, written when it begins and when it ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from psycopg.rows import class_row

from florin.domain.day_close import Checklist, CloseStep, StepRow, StepState
from florin.storage.connect import Connection, Pool

# A day that is not over, or has not been reopened since it was, is in its first edition.
ROUND: Final = """
SELECT edition, began_at, ended_at FROM day_close
WHERE programme_id = %(programme_id)s AND business_date = %(business_date)s ORDER BY edition DESC LIMIT 1
"""
STEPS: Final = """
SELECT step, state, began_at, ended_at, finding FROM day_close_step
WHERE programme_id = %(programme_id)s AND business_date = %(business_date)s AND edition = %(edition)s
"""
BEGIN: Final = """
INSERT INTO day_close (programme_id, business_date, edition, began_at, attempted_at)
VALUES (%(programme_id)s, %(business_date)s, %(edition)s, %(now)s, %(now)s)
ON CONFLICT (programme_id, business_date, edition) DO UPDATE SET attempted_at = excluded.attempted_at
"""
WRITE_STEP: Final = """
INSERT INTO day_close_step (programme_id, business_date, edition, step, state, began_at, ended_at, finding)
VALUES (%(programme_id)s, %(business_date)s, %(edition)s, %(step)s, %(state)s, %(began_at)s, %(ended_at)s,
        %(finding)s::text::jsonb)
ON CONFLICT (programme_id, business_date, edition, step) DO UPDATE
SET state = excluded.state, began_at = excluded.began_at, ended_at = excluded.ended_at, finding = excluded.finding
"""
END: Final = """
UPDATE day_close SET ended_at = %(now)s
WHERE programme_id = %(programme_id)s AND business_date = %(business_date)s AND edition = %(edition)s
"""
# Closed days whose checklist is not at its end, oldest first.
OPEN_DAYS: Final = """
SELECT s.business_date FROM sealed_day s
LEFT JOIN LATERAL (
    SELECT ended_at FROM day_close d
    WHERE d.programme_id = s.programme_id AND d.business_date = s.business_date ORDER BY edition DESC LIMIT 1) d ON true
WHERE s.programme_id = %(programme_id)s AND s.business_date <= %(through)s AND d.ended_at IS NULL
ORDER BY s.business_date
"""
LAST_ATTEMPT: Final = (
    "SELECT max(attempted_at) FROM day_close WHERE programme_id = %(programme_id)s AND ended_at IS NULL"
)

_encode: Final = msgspec.json.Encoder().encode


async def read_checklist(pool: Pool, programme_id: UUID, business_date: date) -> Checklist:
    """The checklist of a day as it stands; every step waits where nobody has begun."""
    day: dict[str, Any] = {"programme_id": programme_id, "business_date": business_date}
    async with pool.connection() as connection:
        found = await (await connection.execute(ROUND, day)).fetchone()
        number, began_at, ended_at = found or (1, None, None)
        async with connection.cursor(row_factory=class_row(_StoredStep)) as cursor:
            await cursor.execute(STEPS, {**day, "edition": number})
            rows = {each.step: each for each in map(_step, await cursor.fetchall())}
    steps = tuple(rows.get(each, StepRow(each)) for each in CloseStep)
    return Checklist(programme_id, business_date, number, began_at, ended_at, steps)


async def begin_checklist(pool: Pool, checklist: Checklist, now: datetime) -> None:
    """Write that somebody goes through the list, for the first time or once more."""
    async with pool.connection() as connection:
        await connection.execute(BEGIN, {**_day(checklist), "now": now})


async def write_step(pool: Pool, checklist: Checklist, row: StepRow) -> None:
    """Write where a step stands."""
    async with pool.connection() as connection:
        await connection.execute(WRITE_STEP, {**_day(checklist), **_columns(row)})


async def end_checklist(pool: Pool, checklist: Checklist, now: datetime) -> None:
    """Write that all of it is done."""
    async with pool.connection() as connection:
        await connection.execute(END, {**_day(checklist), "now": now})


async def days_to_close(pool: Pool, programme_id: UUID, through: date) -> list[date]:
    """The days of a programme up to ``through`` that take no posting any more and are not at the end of their lists."""
    async with pool.connection() as connection:
        cursor = await connection.execute(OPEN_DAYS, {"programme_id": programme_id, "through": through})
        return [day for (day,) in await cursor.fetchall()]


async def last_attempt(connection: Connection, programme_id: UUID) -> datetime | None:
    """When somebody last went through a list of the programme that is not at its end; None without one."""
    row = await (await connection.execute(LAST_ATTEMPT, {"programme_id": programme_id})).fetchone()
    return None if row is None else row[0]


@dataclass(frozen=True, slots=True)
class _StoredStep:
    step: str
    state: str
    began_at: datetime
    ended_at: datetime | None
    finding: dict[str, Any]


def _step(row: _StoredStep) -> StepRow:
    return StepRow(CloseStep(row.step), StepState(row.state), row.began_at, row.ended_at, row.finding)


def _columns(row: StepRow) -> Mapping[str, Any]:
    return {
        "step": row.step.value,
        "state": row.state.value,
        "began_at": row.began_at,
        "ended_at": row.ended_at,
        "finding": _encode(row.finding).decode(),
    }


def _day(checklist: Checklist) -> dict[str, Any]:
    return {
        "programme_id": checklist.programme_id,
        "business_date": checklist.business_date,
        "edition": checklist.edition,
    }
