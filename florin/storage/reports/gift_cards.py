"""What is on the cards of a programme that are spent as such, recharge cards left out."""

from datetime import date
from typing import Final
from uuid import UUID

from florin.storage.connect import Connection

TOTAL: Final = """
SELECT coalesce((
    SELECT sum(a.balance_minor) FROM strict_account a
    JOIN card c ON c.id = a.owner_id JOIN product p ON p.id = c.product_id AND p.kind <> 'recharge'
    WHERE a.programme_id = %(programme_id)s AND a.code IN (2010, 2011)), 0)::bigint
  - coalesce((
    SELECT sum(CASE WHEN t.credit_code = t.strict_code THEN t.amount_minor ELSE -t.amount_minor END) FROM transfer t
    JOIN card c ON c.id = t.strict_owner JOIN product p ON p.id = c.product_id AND p.kind <> 'recharge'
    WHERE t.programme_id = %(programme_id)s AND t.business_date > %(through)s
      AND t.strict_code IN (2010, 2011)), 0)::bigint
"""


async def read_gift_card_total(connection: Connection, programme_id: UUID, through: date) -> int:
    """It at the end of a business day, in minor units: their counters now, less what moved since."""
    asked = {"programme_id": programme_id, "through": through}
    row = await (await connection.execute(TOTAL, asked)).fetchone()
    return 0 if row is None else int(row[0])
