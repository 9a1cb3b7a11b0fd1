"""Approved orders that wait for their customer's money."""

from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.chart import AccountCode
from florin.domain.funding_queue import WaitingOrder
from florin.storage.connect import Pool

WAITING: Final = """
SELECT o.id, o.price_minor, EXISTS (
    SELECT FROM receipt r WHERE r.customer_id = o.customer_id AND r.payment_reference = o.payment_reference) AS is_named
FROM corporate_order o JOIN customer c ON c.id = o.customer_id AND c.status = 'active'
WHERE o.customer_id = %(customer_id)s AND o.status = 'approved'
ORDER BY o.approved_at, o.id
"""
AVAILABLE: Final = """
SELECT balance_minor - held_minor FROM strict_account WHERE owner_id = %(customer_id)s AND code = %(code)s
"""
WHO_WAITS: Final = "SELECT DISTINCT customer_id FROM corporate_order WHERE status = 'approved' ORDER BY customer_id"
PRICE_BY_REFERENCE: Final = """
SELECT price_minor FROM corporate_order
WHERE customer_id = %(customer_id)s AND payment_reference = %(payment_reference)s
  AND status NOT IN ('draft', 'cancelled')
"""


async def waiting_orders(pool: Pool, customer_id: UUID) -> tuple[list[WaitingOrder], int]:
    """A customer's orders that wait for money, in the order of approval, and what is available, in minor units.

    Nothing waits while the customer is suspended. Both may have changed when a decision is taken: it looks again.
    """
    where = {"customer_id": customer_id, "code": int(AccountCode.CORPORATE_FUNDING)}
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(WaitingOrder)) as orders:
        await orders.execute(WAITING, where)
        waiting = await orders.fetchall()
        row = await (await connection.execute(AVAILABLE, where)).fetchone()
    return waiting, 0 if row is None else int(row[0])


async def customers_who_wait(pool: Pool) -> list[UUID]:
    """The customers with an approved order that is not funded."""
    async with pool.connection() as connection:
        return [row[0] for row in await (await connection.execute(WHO_WAITS)).fetchall()]


async def price_of_order(pool: Pool, customer_id: UUID, payment_reference: str) -> int | None:
    """The price, in minor units, of the customer's submitted order of that payment reference, if there is one."""
    where = {"customer_id": customer_id, "payment_reference": payment_reference}
    async with pool.connection() as connection:
        row = await (await connection.execute(PRICE_BY_REFERENCE, where)).fetchone()
    return None if row is None else row[0]
