"""Runs of matching: one transaction each, so that whoever reads sees all of a run or nothing."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from florin.domain.matching import RULE_VERSION, MatchPass
from florin.storage.connect import Pool
from florin.storage.fresh_ids import fresh_id
from florin.storage.long_work import long_transaction
from florin.storage.reconciliation.book_items import take_up_items
from florin.storage.reconciliation.break_detection import close_arrived, open_breaks
from florin.storage.reconciliation.passes import PASSES, match_funds, run_pass

# One run at a time: a second one waits here, and then finds nothing left to match.
TAKE_TURN: Final = "LOCK TABLE match_run IN SHARE ROW EXCLUSIVE MODE"
BEGIN: Final = """
INSERT INTO match_run (id, rule_version, today, began_at) VALUES (%(id)s, %(rule_version)s, %(today)s, %(now)s)
"""
FINISH: Final = """
UPDATE match_run SET finished_at = %(now)s, matched = %(matched)s, opened = %(opened)s, closed = %(closed)s
WHERE id = %(id)s
"""


@dataclass(frozen=True, slots=True)
class MatchRun:
    """What a run has done: entries of the book taken up, matches by pass, breaks that began and ended."""

    id: UUID
    today: date
    items: int
    by_pass: dict[MatchPass, int]
    funds: int
    opened: int
    closed: int

    @property
    def matched(self) -> int:
        """Rows of matches, of all passes."""
        return sum(self.by_pass.values()) + self.funds


async def run_matching(pool: Pool, today: date, now: datetime) -> MatchRun:
    """Match everything that is not matched, close the breaks whose other side has come, and open those that there are.

    Args:
        pool: connections to the book; one is used for as long as it takes.
        today: the date as of which something is late.
        now: when it is done, timezone-aware.
    """
    run_id = fresh_id()
    async with long_transaction(pool) as connection:
        await connection.execute(TAKE_TURN)
        begun = {"id": run_id, "rule_version": RULE_VERSION, "today": today, "now": now}
        await connection.execute(BEGIN, begun)
        items = await take_up_items(connection)
        by_pass = {name: await run_pass(connection, name, run_id) for name in PASSES}
        funds = await match_funds(connection, run_id)
        closed = await close_arrived(connection, run_id, now)
        opened = await open_breaks(connection, run_id, today, now)
        run = MatchRun(run_id, today, items, by_pass, funds, opened, closed)
        done = {"id": run_id, "now": now, "matched": run.matched, "opened": opened, "closed": closed}
        await connection.execute(FINISH, done)
    return run
