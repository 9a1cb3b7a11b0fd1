"""Breaks that have not ended, now or when a day did: summed up by whose they are, what differs and since when."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.standing_breaks import Standing
from florin.storage.connect import Connection

# One row a counterparty, kind and day: what is looked at is how much there is, and how old it is.
_SUMMED_UP: Final = """
SELECT b.programme_id, b.counterparty_id, coalesce(c.code, '') AS counterparty, coalesce(c.lag_days, 0) AS lag_days,
       b.kind, b.currency, b.value_on, count(*) AS breaks, sum(abs(b.amount_minor))::bigint AS amount_minor
FROM break b LEFT JOIN counterparty c ON c.id = b.counterparty_id
WHERE {stands} AND (%(programme_id)s::uuid IS NULL OR b.programme_id = %(programme_id)s)
  AND (%(through)s::date IS NULL OR b.value_on <= %(through)s)
GROUP BY b.programme_id, b.counterparty_id, c.code, c.lag_days, b.kind, b.currency, b.value_on
ORDER BY b.value_on, c.code, b.kind
"""
# Two questions, because those of now are few and have an index of their own.
STANDS: Final = _SUMMED_UP.format(stands="b.ended_at IS NULL")
STOOD: Final = _SUMMED_UP.format(stands="(b.ended_at IS NULL OR b.ended_at >= %(at)s)")
COUNT_THEN: Final = """
SELECT count(*) FILTER (WHERE ended_at IS NULL OR ended_at >= %(at)s) FROM break
WHERE programme_id = %(programme_id)s AND value_on <= %(through)s
"""


async def standing_breaks(
    connection: Connection, programme_id: UUID | None = None, through: date | None = None, at: datetime | None = None
) -> list[Standing]:
    """What has not ended, the oldest first; of a programme, about days up to ``through``, or as it stood ``at`` a time.

    What was found later is told of, too, if it is about those days and had not ended.
    """
    where = {"programme_id": programme_id, "through": through, "at": at}
    async with connection.cursor(row_factory=class_row(Standing)) as cursor:
        await cursor.execute((STANDS if at is None else STOOD).encode(), where)
        return await cursor.fetchall()


async def count_breaks(connection: Connection, programme_id: UUID, through: date, at: datetime) -> int:
    """How many breaks there are in what `standing_breaks` tells of, counted one by one."""
    asked = {"programme_id": programme_id, "through": through, "at": at}
    row = await (await connection.execute(COUNT_THEN, asked)).fetchone()
    return 0 if row is None else int(row[0])
