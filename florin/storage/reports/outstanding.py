"""What was on cards at the end of a business day: what is on them now, less what has moved since."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.storage.connect import Connection

OUTSTANDING: Final = """
WITH later AS (
    SELECT strict_owner AS owner_id, strict_code AS code,
           sum(CASE WHEN credit_code = strict_code THEN amount_minor ELSE -amount_minor END) AS moved_minor
    FROM transfer
    WHERE programme_id = %(programme_id)s AND business_date > %(through)s AND strict_code IN (2010, 2011)
    GROUP BY strict_owner, strict_code
), balance AS (
    SELECT a.owner_id,
           coalesce(sum(a.balance_minor - coalesce(l.moved_minor, 0)) FILTER (WHERE code = 2010), 0) AS principal_minor,
           coalesce(sum(a.balance_minor - coalesce(l.moved_minor, 0)) FILTER (WHERE code = 2011), 0) AS bonus_minor
    FROM strict_account a LEFT JOIN later l USING (owner_id, code)
    WHERE a.programme_id = %(programme_id)s AND code IN (2010, 2011)
    GROUP BY a.owner_id
)
SELECT coalesce(p.code, '') AS product_code, coalesce(c.denomination_minor, 0) AS denomination_minor,
       width_bucket(%(through)s::date - (c.activated_at AT TIME ZONE %(time_zone)s)::date, %(bands)s::int[]) AS band,
       count(*) AS cards, sum(principal_minor)::bigint AS principal_minor, sum(bonus_minor)::bigint AS bonus_minor
FROM balance b
LEFT JOIN card c ON c.id = b.owner_id
LEFT JOIN product p ON p.id = c.product_id
WHERE principal_minor <> 0 OR bonus_minor <> 0
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class OutstandingLine:
    """Cards of one product, denomination and age with something on them; ``band`` is None where the age is unknown."""

    product_code: str
    denomination_minor: int
    band: int | None
    cards: int
    principal_minor: int
    bonus_minor: int


async def read_outstanding(
    connection: Connection, programme_id: UUID, through: date, bands: tuple[int, ...], time_zone: str
) -> list[OutstandingLine]:
    """The cards of a programme with something on them, by product, denomination and days since their activation."""
    asked = {"programme_id": programme_id, "through": through, "bands": list(bands), "time_zone": time_zone}
    async with connection.cursor(row_factory=class_row(OutstandingLine)) as cursor:
        await cursor.execute(OUTSTANDING, asked)
        return await cursor.fetchall()
