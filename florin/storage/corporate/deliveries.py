"""Deliveries as rows: reading them with what their orders and customers say, and locking one."""

from typing import Any, Final
from uuid import UUID

from psycopg.rows import dict_row

from florin.domain.delivery import Delivery, DeliveryForm, DeliveryPart, DeliveryStatus
from florin.domain.order_life import OrderStatus
from florin.storage.connect import Connection, Pool

_READ: Final = """
SELECT d.id, d.order_id, o.customer_id, o.status AS order_status, c.status = 'active' AS customer_is_active,
       d.part, d.form, d.recipient,
       d.recipient IS NULL OR EXISTS (
           SELECT FROM customer_proposal p
           WHERE p.customer_id = o.customer_id AND p.purpose = d.part AND p.status = 'in_force'
               AND p.recipient = d.recipient) AS key_is_in_force,
       d.password_key_id, d.selection, d.cards, d.is_repetition, d.status,
       asker.user_name AS requested_by, d.requested_person, d.requested_at,
       decider.user_name AS decided_by, d.decided_at, d.expires_at,
       fetcher.user_name AS fetched_by, d.fetched_at, d.size_bytes, d.sha256,
       reader.user_name AS password_read_by, d.password_read_at
FROM delivery d
JOIN corporate_order o ON o.id = d.order_id
JOIN customer c ON c.id = o.customer_id
JOIN login asker ON asker.id = d.requested_by
LEFT JOIN login decider ON decider.id = d.decided_by
LEFT JOIN login fetcher ON fetcher.id = d.fetched_by
LEFT JOIN login reader ON reader.id = d.password_read_by
"""
BY_ID: Final = _READ + "WHERE d.id = %(id)s"
BY_ORDER: Final = _READ + "WHERE d.order_id = %(order_id)s ORDER BY d.id"
BY_KEY: Final = _READ + "WHERE d.requested_by = %(login_id)s AND d.request_key = %(key)s"
PARTS_FETCHED: Final = """
SELECT DISTINCT part FROM delivery WHERE order_id = %(order_id)s AND status = 'fetched' AND selection IS NULL
"""
LOCK: Final = "SELECT FROM delivery WHERE id = %(id)s FOR NO KEY UPDATE"


async def find_delivery(pool: Pool, delivery_id: UUID) -> Delivery | None:
    """The delivery of that id as it stands now, if there is one."""
    async with pool.connection() as connection:
        return await _one(connection, BY_ID, {"id": delivery_id})


async def find_delivery_by_key(pool: Pool, login_id: UUID, key: str) -> Delivery | None:
    """What the login asked for under an idempotency key, as it stands now, if it asked for anything."""
    async with pool.connection() as connection:
        return await _one(connection, BY_KEY, {"login_id": login_id, "key": key})


async def deliveries_of(pool: Pool, order_id: UUID) -> list[Delivery]:
    """All deliveries of an order, the oldest first."""
    async with pool.connection() as connection, connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(BY_ORDER, {"order_id": order_id})
        return [_delivery(row) for row in await rows.fetchall()]


async def parts_fetched(connection: Connection, order_id: UUID) -> frozenset[DeliveryPart]:
    """The parts of which a file of the whole order was fetched, once at least."""
    rows = await (await connection.execute(PARTS_FETCHED, {"order_id": order_id})).fetchall()
    return frozenset(DeliveryPart(part) for (part,) in rows)


async def lock_delivery(connection: Connection, delivery_id: UUID) -> Delivery | None:
    """The delivery, locked until the caller's transaction ends, if there is one."""
    await connection.execute(LOCK, {"id": delivery_id})
    return await _one(connection, BY_ID, {"id": delivery_id})


async def read_delivery(connection: Connection, delivery_id: UUID) -> Delivery:
    """A delivery that exists, as the caller's transaction sees it."""
    delivery = await _one(connection, BY_ID, {"id": delivery_id})
    if delivery is None:
        raise LookupError(f"there is no delivery {delivery_id}")
    return delivery


async def _one(connection: Connection, query: str, where: dict[str, Any]) -> Delivery | None:
    async with connection.cursor(row_factory=dict_row) as rows:
        await rows.execute(query.encode(), where)
        row = await rows.fetchone()
    return None if row is None else _delivery(row)


def _delivery(row: dict[str, Any]) -> Delivery:
    selection = row["selection"]
    return Delivery(
        **{
            **row,
            "order_status": OrderStatus(row["order_status"]),
            "part": DeliveryPart(row["part"]),
            "form": DeliveryForm(row["form"]),
            "status": DeliveryStatus(row["status"]),
            "selection": None if selection is None else tuple(selection),
        }
    )
