"""How far the cards of an order are made, read in one statement."""

from datetime import datetime
from typing import Final
from uuid import UUID

from florin.domain.order_life import OrderStatus
from florin.domain.order_line import LineFailure, LineStatus
from florin.domain.order_progress import OrderProgress, line_progress, order_progress
from florin.storage.connect import Pool

READ: Final = """
SELECT o.customer_id, o.status, l.line, l.quantity, coalesce(i.generated, 0), l.status, l.failure, l.made_before,
       l.began_at, coalesce(i.ready_at, %(now)s)
FROM corporate_order o LEFT JOIN order_line l ON l.order_id = o.id LEFT JOIN card_issue i ON i.id = l.issue_id
WHERE o.id = %(order_id)s ORDER BY l.line
"""


async def read_progress(pool: Pool, order_id: UUID, now: datetime) -> OrderProgress | None:
    """The progress of an order at ``now``; None when there is no order of that id."""
    async with pool.connection() as connection:
        rows = await (await connection.execute(READ, {"order_id": order_id, "now": now})).fetchall()
    if not rows:
        return None
    customer_id, status, *_ = rows[0]
    lines = tuple(
        line_progress(
            line,
            ordered,
            generated,
            LineStatus(of_line),
            None if failure is None else LineFailure(failure),
            made_before=made_before,
            began_at=began_at,
            until=until,
        )
        for _, _, line, ordered, generated, of_line, failure, made_before, began_at, until in rows
        if line is not None
    )
    return order_progress(order_id, customer_id, OrderStatus(status), lines)
