"""Runs of matching: one transaction each, so that whoever reads sees all of a run or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from psycopg.types.json import Jsonb

from florin.domain.asked_run import OnStep, RunKind
from florin.domain.matching import RULE_VERSION, Relation
from florin.storage.asked_runs import KindOfRuns
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
BY_IDS: Final = """
SELECT id, rule_version, today, began_at, items, matched, opened, closed FROM match_run WHERE id = ANY(%(ids)s)
"""
_WORK_MEM: Final = "16MB"
"""A million lines take hardly longer with it than with four times as much, measured, and the server stays small."""


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


MATCHING: Final = KindOfRuns(RunKind.MATCHING, "match_run", MatchRun, BY_IDS)


async def run_matching(
    pool: Pool,
    today: date,
    now: datetime,
    on_step: OnStep = lambda _done, _of: None,
    run_id: UUID | None = None,
) -> MatchRun:
    """Match everything that is not matched, close the breaks whose other side has come, and open those that there are.

    Args:
        pool: connections to the book; one is used for as long as it takes.
        today: the date as of which something is late.
        now: when it is done, timezone-aware.
        on_step: told how far it has come.
        run_id: under which somebody has asked for it.
    """
    run_id, steps = run_id or fresh_id(), len(PASSES) + 4
    matched: dict[str, int] = {}
    async with long_transaction(pool, _WORK_MEM) as connection:
        await connection.execute(TAKE_TURN)
        begun = {"id": run_id, "rule_version": RULE_VERSION, "today": today, "now": now}
        await connection.execute(BEGIN, begun)
        items = await take_up_items(connection)
        await gather_lines(connection, run_id)
        for done, name in enumerate(PASSES, 1):
            on_step(done, steps)
            matched[name] = await run_pass(connection, name, run_id, today)
        on_step(len(PASSES) + 1, steps)
        matched[Relation.FUNDS] = await match_funds(connection, run_id)
        on_step(len(PASSES) + 2, steps)
        closed = await close_arrived(connection, run_id, now)
        on_step(len(PASSES) + 3, steps)
        opened = await open_breaks(connection, run_id, today, now)
        await leave_the_rest(connection)
        done_by = {"items": items, "matched": Jsonb(matched), "opened": Jsonb(opened), "closed": closed}
        await connection.execute(FINISH, {"id": run_id, "now": now, **done_by})
        on_step(steps, steps)
    return MatchRun(run_id, RULE_VERSION, today, now, items, matched, opened, closed)


async def is_matching_due(pool: Pool, today: date, now: datetime, patience: timedelta) -> bool:
    """Whether there is reason to run: a file has come, a day is over, or the last run is longer ago than ``patience``.

    Where nobody's statements are taken in there is none.
    """
    where = {"today": today, "not_since": now - patience}
    async with pool.connection() as connection:
        row = await (await connection.execute(IS_DUE, where)).fetchone()
    return row is not None and bool(row[0])
