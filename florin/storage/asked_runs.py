"""Runs that somebody has asked for: written down at once, and done by whichever process comes to it first.

What a run finds is kept in a table of its kind, under the run's id and also where nobody had to ask for it. So a run as
it is shown has two halves, and at least one of them.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final, Generic, Protocol, TypeVar
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from florin.domain.asked_run import RunFailure, RunKind, RunState
from florin.domain.declines import Decline
from florin.domain.paging import Page, page_of
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.fresh_ids import fresh_id
from florin.storage.read_rows import read_row, read_rows

_COLUMNS: Final = """
id, kind, programme_id, business_date, extent, asked_by, asked_at, state, began_at, beginnings, steps_done, steps, code
"""
# The one that waits is answered with; its lock also keeps it from being begun before the key is written.
ASK: Final = f"""
INSERT INTO asked_run AS r (id, kind, programme_id, business_date, extent, asked_by, asked_at, state)
VALUES (%(id)s, %(kind)s, %(programme_id)s, %(business_date)s, %(extent)s, %(asked_by)s, %(now)s, 'asked')
ON CONFLICT (kind, programme_id, business_date, extent) WHERE state = 'asked' DO UPDATE SET state = r.state
RETURNING {_COLUMNS}
"""  # noqa: S608 (our own columns)
KEEP_KEY: Final = """
INSERT INTO asked_run_key (caller_id, key, run_id) VALUES (%(caller_id)s, %(key)s, %(run_id)s) ON CONFLICT DO NOTHING
"""
BY_KEY: Final = f"""
SELECT {_COLUMNS} FROM asked_run
WHERE id = (SELECT run_id FROM asked_run_key WHERE caller_id = %(caller_id)s AND key = %(key)s)
"""  # noqa: S608 (our own columns)
LAST_OF_DAY: Final = f"""
SELECT {_COLUMNS} FROM asked_run
WHERE kind = 'day_close' AND programme_id = %(programme_id)s AND business_date = %(business_date)s
ORDER BY id DESC LIMIT 1
"""  # noqa: S608 (our own columns)
UNFINISHED: Final = f"SELECT {_COLUMNS} FROM asked_run WHERE state IN ('asked', 'running') ORDER BY id"  # noqa: S608 (as above)
BEGIN: Final = f"""
UPDATE asked_run
SET state = 'running', began_at = %(now)s, beginnings = beginnings + 1, steps_done = NULL, steps = NULL
WHERE id = %(id)s AND state IN ('asked', 'running')
RETURNING {_COLUMNS}
"""  # noqa: S608 (our own columns)
GET_ON: Final = "UPDATE asked_run SET steps_done = %(done)s, steps = %(steps)s WHERE id = %(id)s AND state = 'running'"
END: Final = """
UPDATE asked_run SET state = CASE WHEN %(code)s::text IS NULL THEN 'done' ELSE 'failed' END, code = %(code)s
WHERE id = %(id)s AND state = 'running'
"""
BY_IDS: Final = f"SELECT {_COLUMNS} FROM asked_run WHERE kind = %(kind)s AND id = ANY(%(ids)s)"  # noqa: S608 (as above)
IDS: Final = """
SELECT id FROM ((SELECT id FROM {table} WHERE %(before)s::uuid IS NULL OR id < %(before)s
                 ORDER BY id DESC LIMIT %(limit)s)
                UNION
                (SELECT id FROM asked_run WHERE kind = %(kind)s AND (%(before)s::uuid IS NULL OR id < %(before)s)
                 ORDER BY id DESC LIMIT %(limit)s)) r
ORDER BY id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be run: proofs have an ``extent``, matching may have a programme, a close has one and a day."""

    kind: RunKind
    programme_id: UUID | None = None
    business_date: date | None = None
    extent: str | None = None


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks and when: ``caller_id`` owns the idempotency key, ``actor_id`` is the API key or session used."""

    caller_id: UUID
    actor_id: UUID
    key: str
    now: datetime


@dataclass(frozen=True, slots=True)
class AskedRun:
    """A run that was asked for, and how far it is."""

    id: UUID
    kind: str
    programme_id: UUID | None
    business_date: date | None
    extent: str | None
    asked_by: UUID
    asked_at: datetime
    state: str
    began_at: datetime | None
    beginnings: int
    steps_done: int | None
    steps: int | None
    code: str | None

    @property
    def wanted(self) -> Wanted:
        """What was asked for."""
        return Wanted(RunKind(self.kind), self.programme_id, self.business_date, self.extent)


class KeptRun(Protocol):
    """What a run has left: it is done."""

    @property
    def id(self) -> UUID:
        """The run's, whoever had it run."""

    @property
    def began_at(self) -> datetime:
        """When it began."""


Kept = TypeVar("Kept", bound=KeptRun)


@dataclass(frozen=True, slots=True)
class Run(Generic[Kept]):
    """A run as it stands: as it was asked for, None where nobody had to ask, and what it has left, None until then."""

    asked: AskedRun | None
    kept: Kept | None

    @property
    def id(self) -> UUID:
        """The id of both halves."""
        known = self.kept or self.asked
        if known is None:
            raise LookupError("a run has neither half")
        return known.id

    @property
    def state(self) -> RunState:
        """Where it stands; what it has left says more than who may have died before saying that it was done."""
        return RunState.DONE if self.kept is not None or self.asked is None else RunState(self.asked.state)


@dataclass(frozen=True, slots=True)
class KindOfRuns(Generic[Kept]):
    """Where runs of a kind are kept: the table, its rows as a class, and the query that reads them ``%(ids)s``."""

    kind: RunKind
    table: str
    row: type[Kept]
    by_ids: str


async def ask_for_run(pool: Pool, wanted: Wanted, asker: Asker) -> tuple[AskedRun, bool] | None:
    """Write down what is wanted, unless the same waits already, and say whether the key had been used before.

    None when it was used for something else.
    """
    by = {"caller_id": asker.caller_id, "key": asker.key}
    while True:
        async with transaction(pool) as connection:
            known = await _row(connection, BY_KEY, by)
            if known is not None:
                return (known, True) if known.wanted == wanted else None
            who = {"asked_by": asker.actor_id, "now": asker.now}
            run = await _row(connection, ASK, {"id": fresh_id(), **asdict(wanted), **who})
            if run is None:
                raise LookupError("a run that was written is not there")
            if (await connection.execute(KEEP_KEY, {**by, "run_id": run.id})).rowcount == 1:
                return run, False
            # The same request, sent twice at once, came first.
            raise psycopg.Rollback


async def last_close_asked(pool: Pool, programme_id: UUID, business_date: date) -> AskedRun | None:
    """How it stands with the close of a day that was asked for last; None if nobody has."""
    day = {"programme_id": programme_id, "business_date": business_date}
    return await read_row(pool, AskedRun, LAST_OF_DAY, day)


async def unfinished_runs(pool: Pool) -> list[AskedRun]:
    """What waits, or was begun and may have been cut off, in the order in which it was asked for."""
    return await read_rows(pool, AskedRun, UNFINISHED, {})


async def begin_run(pool: Pool, run_id: UUID, now: datetime) -> AskedRun | None:
    """Note that the caller is at it; None when it is over."""
    return await read_row(pool, AskedRun, BEGIN, {"id": run_id, "now": now})


async def get_on(pool: Pool, run_id: UUID, done: int, steps: int) -> None:
    """Note how far a run is."""
    async with pool.connection() as connection:
        await connection.execute(GET_ON, {"id": run_id, "done": done, "steps": steps})


async def end_run(pool: Pool, run_id: UUID, code: RunFailure | Decline | None) -> None:
    """Note that a run is over, and why it failed, if it did."""
    async with pool.connection() as connection:
        await connection.execute(END, {"id": run_id, "code": code})


async def is_kept(pool: Pool, kind: KindOfRuns[Kept], run_id: UUID) -> bool:
    """Whether a run has left its result: whoever did it may have died before saying that it was over."""
    return await read_row(pool, kind.row, kind.by_ids, {"ids": [run_id]}) is not None


async def find_run(pool: Pool, kind: KindOfRuns[Kept], run_id: UUID) -> Run[Kept] | None:
    """The run of that id, if there is one."""
    return next(iter(await _runs(pool, kind, [run_id])), None)


async def list_runs(pool: Pool, kind: KindOfRuns[Kept], before: UUID | None, limit: int) -> Page[Run[Kept], UUID]:
    """A page of runs, the latest first, from those before ``before``."""
    where = {"kind": kind.kind, "before": before, "limit": limit + 1}
    async with pool.connection() as connection:
        rows = await (await connection.execute(IDS.format(table=kind.table).encode(), where)).fetchall()
    ids = [each for (each,) in rows]
    return page_of(list(zip(ids, await _runs(pool, kind, ids), strict=True)), limit)


async def _runs(pool: Pool, kind: KindOfRuns[Kept], ids: list[UUID]) -> list[Run[Kept]]:
    # What was kept is read last: a run that ends meanwhile is done, and never one that has left nothing.
    asked = {each.id: each for each in await read_rows(pool, AskedRun, BY_IDS, {"kind": kind.kind, "ids": ids})}
    kept = {each.id: each for each in await read_rows(pool, kind.row, kind.by_ids, {"ids": ids})}
    return [Run(asked.get(each), kept.get(each)) for each in ids if each in asked or each in kept]


async def _row(connection: Connection, query: str, where: Mapping[str, object]) -> AskedRun | None:
    async with connection.cursor(row_factory=class_row(AskedRun)) as runs:
        return await (await runs.execute(query.encode(), where)).fetchone()
