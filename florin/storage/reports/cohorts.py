"""How the cards that were sold in a quarter have been used since, quarter by quarter."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.storage.connect import Connection

# Loaded: what was put on a card, less what left it otherwise than by being spent, and so can be spent there no more.
# A recharge card's value goes on to a wallet, where nobody can tell it from other money: those are left out.
COHORTS: Final = """
WITH moved AS (
    SELECT t.strict_owner AS card_id, t.business_date, t.event,
           CASE WHEN t.credit_code = t.strict_code THEN t.amount_minor ELSE -t.amount_minor END AS in_minor,
           CASE 2040 WHEN t.credit_code THEN t.amount_minor WHEN t.debit_code THEN -t.amount_minor ELSE 0 END
               AS used_minor
    FROM transfer t
    JOIN card c ON c.id = t.strict_owner
    JOIN product p ON p.id = c.product_id AND p.kind <> 'recharge'
    WHERE t.programme_id = %(programme_id)s AND t.business_date <= %(through)s AND t.strict_code IN (2010, 2011)
), dated AS (
    SELECT *, min(business_date) OVER (PARTITION BY card_id) AS sold_on FROM moved
), counted AS (
    SELECT extract(year FROM sold_on)::int * 4 + extract(quarter FROM sold_on)::int - 1 AS quarter,
           extract(year FROM business_date)::int * 4 + extract(quarter FROM business_date)::int - 1 AS used_in,
           in_minor, used_minor
    FROM dated
)
SELECT quarter, used_in - quarter AS age, sum(in_minor + used_minor)::bigint AS loaded_minor,
       sum(used_minor)::bigint AS used_minor
FROM counted
GROUP BY 1, 2
ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class CohortMovement:
    """What the cards first loaded in a quarter (four a year since the year nought) did ``age`` quarters later."""

    quarter: int
    age: int
    loaded_minor: int
    used_minor: int


async def read_cohorts(connection: Connection, programme_id: UUID, through: date) -> list[CohortMovement]:
    """The cohorts of a programme's cards that are spent as such, up to the end of a business day."""
    async with connection.cursor(row_factory=class_row(CohortMovement)) as cursor:
        await cursor.execute(COHORTS, {"programme_id": programme_id, "through": through})
        return await cursor.fetchall()
