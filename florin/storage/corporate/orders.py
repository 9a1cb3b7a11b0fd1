"""Corporate orders as rows: reading them whole, locking one, and moving its status."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from florin.domain.corporate_order import DeliveryKind
from florin.domain.order_life import OrderStatus
from florin.domain.paging import Page, page_of
from florin.storage.connect import Connection, Pool


@dataclass(frozen=True, slots=True)
class OrderHead:
    """An order without its lines; amounts in minor units.

    ``tier`` to ``price_minor`` are frozen at submission and None before it. ``submitted_person`` is the maker with whom
    those who approve are compared. ``used_minor`` has gone onto activated cards, ``reserved_minor`` waits for them.
    """

    id: UUID
    shard: int
    programme_id: UUID
    customer_id: UUID
    payment_reference: str
    delivery: DeliveryKind
    status: OrderStatus
    repeats_order_id: UUID | None
    created_by: UUID
    created_at: datetime
    tier: str | None
    price_basis_points: int | None
    face_minor: int | None
    price_minor: int | None
    submission_hash: bytes | None
    submitted_by: UUID | None
    submitted_person: UUID | None
    submitted_at: datetime | None
    needs_customer_approval: bool
    customer_approved_by: UUID | None
    customer_approved_person: UUID | None
    customer_approved_at: datetime | None
    approved_by: UUID | None
    approved_person: UUID | None
    approved_at: datetime | None
    reserved_minor: int
    used_minor: int
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """Cards of one product and face within an order; ``principal_minor`` is paid for one, from submission on."""

    line: int
    product_id: UUID
    denomination_minor: int
    quantity: int
    principal_minor: int | None
    issue_id: UUID | None
    status: str
    failure: str | None


@dataclass(frozen=True, slots=True)
class OrderView(OrderHead):
    """An order with its lines, in their order."""

    lines: tuple[OrderLine, ...]


@dataclass(frozen=True, slots=True)
class WantedOrders:
    """Which orders a list is of; None does not choose."""

    customer_id: UUID | None = None
    status: OrderStatus | None = None
    payment_reference: str | None = None


HEAD_COLUMNS: Final = ", ".join("o." + each.name for each in fields(OrderHead))
LINE_COLUMNS: Final = ", ".join("l." + each.name for each in fields(OrderLine))

# One statement, so that head and lines are of one moment.
READ: Final = f"""
SELECT {HEAD_COLUMNS}, {LINE_COLUMNS}
FROM corporate_order o LEFT JOIN order_line l ON l.order_id = o.id
WHERE o.id = %(order_id)s ORDER BY l.line
"""  # noqa: S608 (the columns are the names of our own dataclasses' fields)
LOCK: Final = "SELECT FROM corporate_order WHERE id = %(order_id)s FOR NO KEY UPDATE"
SET_STATUS: Final = """
UPDATE corporate_order SET status = %(status)s,
    received_at = CASE WHEN %(status)s = 'delivered' THEN %(now)s::timestamptz ELSE received_at END
WHERE id = %(order_id)s
"""

# Ids begin with their time, so the order of ids is the order of time.
LIST: Final = f"""
SELECT {HEAD_COLUMNS} FROM corporate_order o
WHERE (%(customer_id)s::uuid IS NULL OR o.customer_id = %(customer_id)s)
  AND (%(status)s::text IS NULL OR o.status = %(status)s)
  AND (%(payment_reference)s::text IS NULL OR o.payment_reference = %(payment_reference)s)
  AND (%(before)s::uuid IS NULL OR o.id < %(before)s)
ORDER BY o.id DESC LIMIT %(limit)s
"""  # noqa: S608 (as above)

_HEAD_WIDTH: Final = len(fields(OrderHead))


async def find_order(pool: Pool, order_id: UUID) -> OrderView | None:
    """The order of that id as it stands now, if there is one."""
    async with pool.connection() as connection:
        return await read_order(connection, order_id)


async def read_order(connection: Connection, order_id: UUID) -> OrderView | None:
    """The same in the caller's transaction, without a lock."""
    rows = await (await connection.execute(READ, {"order_id": order_id})).fetchall()
    if not rows:
        return None
    lines = tuple(OrderLine(*row[_HEAD_WIDTH:]) for row in rows if row[_HEAD_WIDTH] is not None)
    return OrderView(**_head_fields(rows[0]), lines=lines)


async def list_orders(pool: Pool, wanted: WantedOrders, before: UUID | None, limit: int) -> Page[OrderHead, UUID]:
    """A page of orders without their lines, the latest first, from those before ``before``."""
    where = {**asdict(wanted), "before": before, "limit": limit + 1}
    async with pool.connection() as connection:
        rows = await (await connection.execute(LIST, where)).fetchall()
    heads = [OrderHead(**_head_fields(row)) for row in rows]
    return page_of([(each.id, each) for each in heads], limit)


async def lock_order(connection: Connection, order_id: UUID) -> OrderView | None:
    """The order, locked until the caller's transaction ends, if there is one.

    Whoever decides about its money locks its customer's funding account before, which is the posting engine's work.
    """
    await connection.execute(LOCK, {"order_id": order_id})
    return await read_order(connection, order_id)


async def set_status(connection: Connection, order_id: UUID, status: OrderStatus, now: datetime) -> None:
    """Write the status that `permit` has said, of an order that the caller's transaction has locked."""
    await connection.execute(SET_STATUS, {"order_id": order_id, "status": status.value, "now": now})


def _head_fields(row: tuple[Any, ...]) -> dict[str, Any]:
    named = {each.name: value for each, value in zip(fields(OrderHead), row, strict=False)}
    return {**named, "status": OrderStatus(named["status"]), "delivery": DeliveryKind(named["delivery"])}
