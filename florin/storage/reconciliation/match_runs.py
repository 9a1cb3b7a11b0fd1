"""Runs of matching: one transaction each, so that whoever reads sees all of a run or nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from florin.domain.matching import RULE_VERSION, Relation
from florin.domain.paging import Page, page_of
from florin.storage.connect import Pool
from florin.storage.fresh_ids import fresh_id
from florin.storage.long_work import long_transaction
from florin.storage.reconciliation.book_items import take_up_items
from florin.storage.reconciliation.break_detection import close_arrived, open_breaks
from florin.storage.reconciliation.open_sides import gather_lines, leave_the_rest
from florin.storage.reconciliation.passes import PASSES, match_funds, run_pass

# One run at a time: a second one waits here, and then finds nothing left to match.
TAKE_TURN: Final = "LOCK TABLE match_run IN SHARE ROW EXCLUSIVE MODE"
BEGIN: Final = """
INSERT INTO match_run (id, rule_version, today, began_at, files_taken_in, files_quarantined)
SELECT %(id)s, %(rule_version)s, %(today)s, %(now)s, count(*) FILTER (WHERE state = 'taken_in'),
       count(*) FILTER (WHERE state = 'quarantined')
FROM statement_file
"""
FINISH: Final = """
UPDATE match_run
SET finished_at = %(now)s, items = %(items)s, matched = %(matched)s, opened = %(opened)s, closed = %(closed)s
WHERE id = %(id)s
"""
# A file has come, a day is over, or the book has had time to get further: entries come all the time, and files do not.
IS_DUE: Final = """
SELECT EXISTS (SELECT FROM counterparty) AND NOT EXISTS (
    SELECT FROM (SELECT * FROM match_run ORDER BY id DESC LIMIT 1) r
    WHERE r.today >= %(today)s AND r.began_at > %(not_since)s
      AND (r.files_taken_in, r.files_quarantined) = (
          SELECT count(*) FILTER (WHERE state = 'taken_in'), count(*) FILTER (WHERE state = 'quarantined')
          FROM statement_file))
"""
_WORK_MEM: Final = "16MB"
"""A million lines are matched as fast with it as with four times as much, measured, and the server stays small."""

_ALL: Final = "SELECT id, rule_version, today, began_at, items, matched, opened, closed FROM match_run"
FIND: Final = _ALL + " WHERE id = %(id)s"
PAGE: Final = _ALL + " WHERE (%(before)s::uuid IS NULL OR id < %(before)s) ORDER BY id DESC LIMIT %(limit)s"

OnStep = Callable[[int, int], None]
"""Told how many steps of a run are done, and of how many."""


@dataclass(frozen=True, slots=True)
class MatchRun:
    """What a run has done.

    ``items`` are entries of the book taken up, ``matched`` rows of matches by pass (what a provider says twice under
    ``funds``), ``opened`` new breaks by kind, ``closed`` those whose other side has come.
    """

    id: UUID
    rule_version: int
    today: date
    began_at: datetime
    items: int
    matched: Mapping[str, int]
    opened: Mapping[str, int]
    closed: int


async def run_matching(pool: Pool, today: date, now: datetime, on_step: OnStep | None = None) -> MatchRun:
    """Match everything that is not matched, close the breaks whose other side has come, and open those that there are.

    Args:
        pool: connections to the book; one is used for as long as it takes.
        today: the date as of which something is late.
        now: when it is done, timezone-aware.
        on_step: told how far it has come.
    """
    run_id, steps = fresh_id(), len(PASSES) + 4
    matched: dict[str, int] = {}

    def tell(done: int) -> None:
        if on_step is not None:
            on_step(done, steps)

    async with long_transaction(pool, _WORK_MEM) as connection:
        await connection.execute(TAKE_TURN)
        begun = {"id": run_id, "rule_version": RULE_VERSION, "today": today, "now": now}
        await connection.execute(BEGIN, begun)
        items = await take_up_items(connection)
        await gather_lines(connection, run_id)
        for done, name in enumerate(PASSES, 1):
            tell(done)
            matched[name] = await run_pass(connection, name, run_id, today)
        tell(len(PASSES) + 1)
        matched[Relation.FUNDS] = await match_funds(connection, run_id)
        tell(len(PASSES) + 2)
        closed = await close_arrived(connection, run_id, now)
        tell(len(PASSES) + 3)
        opened = await open_breaks(connection, run_id, today, now)
        await leave_the_rest(connection)
        done_by = {"items": items, "matched": Jsonb(matched), "opened": Jsonb(opened), "closed": closed}
        await connection.execute(FINISH, {"id": run_id, "now": now, **done_by})
        tell(steps)
    return MatchRun(run_id, RULE_VERSION, today, now, items, matched, opened, closed)


async def is_matching_due(pool: Pool, today: date, now: datetime, patience: timedelta) -> bool:
    """Whether there is reason to run: a file has come, a day is over, or the last run is longer ago than ``patience``.

    Where nobody's statements are taken in there is none.
    """
    where = {"today": today, "not_since": now - patience}
    async with pool.connection() as connection:
        row = await (await connection.execute(IS_DUE, where)).fetchone()
    return row is not None and bool(row[0])


async def find_run(pool: Pool, run_id: UUID) -> MatchRun | None:
    """The run of that id, if there is one."""
    return next(iter(await _read(pool, FIND, {"id": run_id})), None)


async def list_runs(pool: Pool, before: UUID | None, limit: int) -> Page[MatchRun, UUID]:
    """A page of runs, the latest first, from those before ``before``."""
    found = await _read(pool, PAGE, {"before": before, "limit": limit + 1})
    return page_of([(each.id, each) for each in found], limit)


async def _read(pool: Pool, query: str, where: Mapping[str, Any]) -> list[MatchRun]:
    async with pool.connection() as connection, connection.cursor(row_factory=dict_row) as rows:
        return [MatchRun(**row) for row in await (await rows.execute(query.encode(), where)).fetchall()]
