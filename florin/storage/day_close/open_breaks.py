"""The breaks that stand between a business day and its close."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.bank_calendar import BankCalendar
from florin.domain.break_life import LIVE_STATES
from florin.storage.connect import Pool
from florin.storage.settlement.bank_calendars import calendar_of

# One row a kind and day: what is looked at is how much there is, and how old it is.
LIVE: Final = """
SELECT b.kind, b.value_on, coalesce(c.lag_days, 0)::int AS lag_days, count(*)::int AS breaks,
       sum(abs(b.amount_minor))::bigint AS amount_minor
FROM break b LEFT JOIN counterparty c ON c.id = b.counterparty_id
WHERE b.programme_id = %(programme_id)s AND b.value_on <= %(business_date)s AND b.state = ANY(%(live)s)
GROUP BY b.kind, b.value_on, coalesce(c.lag_days, 0)
ORDER BY b.value_on, b.kind
"""


@dataclass(frozen=True, slots=True)
class LiveBreaks:
    """Open breaks of one kind and value date: how many, and what they come to without their signs, in minor units."""

    kind: str
    value_on: date
    lag_days: int
    breaks: int
    amount_minor: int


async def live_breaks(pool: Pool, programme_id: UUID, business_date: date) -> tuple[Sequence[LiveBreaks], BankCalendar]:
    """The open breaks of a programme up to a business day, the oldest first, and its banking days."""
    where = {"programme_id": programme_id, "business_date": business_date, "live": sorted(LIVE_STATES)}
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(LiveBreaks)) as cursor:
        await cursor.execute(LIVE, where)
        return await cursor.fetchall(), await calendar_of(connection, programme_id)
