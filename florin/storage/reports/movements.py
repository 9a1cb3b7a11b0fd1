"""What the days of a programme moved: the totals of sealed days, and the transfers of those since."""

from datetime import date
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.movement import Movement
from florin.storage.book.sealing import MOVED
from florin.storage.connect import Connection

FIRST_UNSEALED: Final = """
SELECT max(business_date) + 1 FROM sealed_day WHERE programme_id = %(programme_id)s AND seal IS NOT NULL
"""

MOVEMENTS: Final = f"""
SELECT event, debit_code, credit_code, unit, sum(journals)::bigint AS journals,
       sum(amount_minor)::bigint AS amount_minor
FROM (
    SELECT event, debit_code, credit_code, unit, journals, amount_minor FROM posting_total
    WHERE programme_id = %(programme_id)s AND business_date BETWEEN %(first)s AND %(through)s
    UNION ALL
    {MOVED}
) AS moved
GROUP BY event, debit_code, credit_code, unit
ORDER BY event, debit_code, credit_code, unit
"""  # noqa: S608 (our own question)

STRICT_TOTALS: Final = """
SELECT code, unit, sum(balance_minor)::bigint FROM strict_account
WHERE programme_id = %(programme_id)s
GROUP BY code, unit
"""


async def first_unsealed_day(connection: Connection, programme_id: UUID) -> date:
    """The day after the last sealed one; the first day of all where none is sealed."""
    cursor = await connection.execute(FIRST_UNSEALED, {"programme_id": programme_id})
    row = await cursor.fetchone()
    return date.min if row is None or row[0] is None else row[0]


async def read_movements(
    connection: Connection, programme_id: UUID, first: date = date.min, through: date = date.max
) -> list[Movement]:
    """What the business days from ``first`` through ``through`` moved: the work of the unsealed days among them."""
    unsealed = await first_unsealed_day(connection, programme_id)
    span = {"programme_id": programme_id, "first": first, "through": through, "since": max(first, unsealed)}
    async with connection.cursor(row_factory=class_row(Movement)) as cursor:
        await cursor.execute(MOVEMENTS, span)
        return await cursor.fetchall()


async def read_strict_totals(connection: Connection, programme_id: UUID) -> dict[tuple[int, str], int]:
    """What all strict accounts of a code hold now by their own counters, in minor units, by code and unit."""
    cursor = await connection.execute(STRICT_TOTALS, {"programme_id": programme_id})
    return {(code, unit): minor for code, unit, minor in await cursor.fetchall()}
