"""How many cards were sold in a span of days, by the kind of their product."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.storage.connect import Connection

SOLD: Final = """
SELECT coalesce(p.kind, '') AS kind, count(*) FILTER (WHERE t.event = 'card_activated') AS sold,
       count(*) FILTER (WHERE t.event = 'reversal') AS taken_back,
       coalesce(sum(CASE t.event WHEN 'card_activated' THEN t.amount_minor ELSE -t.amount_minor END), 0)::bigint
           AS amount_minor
FROM transfer t
LEFT JOIN card c ON c.id = t.strict_owner
LEFT JOIN product p ON p.id = c.product_id
WHERE t.programme_id = %(programme_id)s AND t.business_date BETWEEN %(since)s AND %(through)s
  AND t.strict_code = 2010
  AND (t.event = 'card_activated' OR (t.event = 'reversal' AND t.credit_code = 1030))
GROUP BY 1
ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class SoldCards:
    """Cards of one kind: those sold, those whose sale was reversed, and what was paid for them, in minor units."""

    kind: str
    sold: int
    taken_back: int
    amount_minor: int


async def read_sold_cards(connection: Connection, programme_id: UUID, since: date, through: date) -> list[SoldCards]:
    """The cards of a programme that were sold on the business days from ``since`` through ``through``."""
    asked = {"programme_id": programme_id, "since": since, "through": through}
    async with connection.cursor(row_factory=class_row(SoldCards)) as cursor:
        return await (await cursor.execute(SOLD, asked)).fetchall()
