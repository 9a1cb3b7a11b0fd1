"""Breaks that stood at the end of a business day, by whose they are, what differs and how old it is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.storage.connect import Connection

LIVE: Final = """
SELECT coalesce(c.code, '') AS counterparty, coalesce(c.lag_days, 0) AS lag_days, b.kind, b.value_on, b.currency,
       count(*) AS breaks, coalesce(sum(abs(b.amount_minor)), 0)::bigint AS amount_minor
FROM break b LEFT JOIN counterparty c ON c.id = b.counterparty_id
WHERE b.programme_id = %(programme_id)s AND b.value_on <= %(through)s
  AND (b.ended_at IS NULL OR b.ended_at >= %(ends_at)s)
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 3, 5, 4
"""
COUNT: Final = """
SELECT count(*) FILTER (WHERE ended_at IS NULL OR ended_at >= %(ends_at)s) FROM break
WHERE programme_id = %(programme_id)s AND value_on <= %(through)s
"""


@dataclass(frozen=True, slots=True)
class LiveBreaks:
    """Breaks of one counterparty, kind, value date and currency; the amount is without signs, in minor units."""

    counterparty: str
    lag_days: int
    kind: str
    value_on: date
    currency: str
    breaks: int
    amount_minor: int


async def read_live_breaks(
    connection: Connection, programme_id: UUID, through: date, ends_at: datetime
) -> tuple[int, list[LiveBreaks]]:
    """How many breaks about days up to ``through`` had not ended when it ended (``ends_at``), and which."""
    asked = {"programme_id": programme_id, "through": through, "ends_at": ends_at}
    row = await (await connection.execute(COUNT, asked)).fetchone()
    async with connection.cursor(row_factory=class_row(LiveBreaks)) as cursor:
        await cursor.execute(LIVE, asked)
        return (0 if row is None else row[0]), await cursor.fetchall()
