"""Merchants' payouts that had not left at the end of a business day, and when they were due."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.storage.connect import Connection

# A payout leaves on the business day of the journal that sends it, whatever its status is by now. It is there from the
# approval of its statement, or from the return of the one that it replaces: both have a journal or a time.
DUE_PAYOUTS: Final = """
SELECT p.merchant_id, p.pays_on, p.unit, count(*) AS payouts, sum(p.amount_minor)::bigint AS amount_minor
FROM merchant_payout p
LEFT JOIN transfer sent ON sent.journal_id = p.paid_journal_id AND sent.position = 0
WHERE p.programme_id = %(programme_id)s AND p.made_at < %(ends_at)s
  AND (sent.business_date IS NULL OR sent.business_date > %(through)s)
GROUP BY p.merchant_id, p.pays_on, p.unit
ORDER BY p.merchant_id, p.pays_on, p.unit
"""


@dataclass(frozen=True, slots=True)
class DuePayouts:
    """What a merchant was to be paid on a day and had not been."""

    merchant_id: UUID
    pays_on: date
    unit: str
    payouts: int
    amount_minor: int


async def read_due_payouts(
    connection: Connection, programme_id: UUID, through: date, ends_at: datetime
) -> list[DuePayouts]:
    """The payouts that were there when the business day ``through`` ended (``ends_at``), and had not left by then."""
    asked = {"programme_id": programme_id, "through": through, "ends_at": ends_at}
    async with connection.cursor(row_factory=class_row(DuePayouts)) as cursor:
        return await (await cursor.execute(DUE_PAYOUTS, asked)).fetchall()
