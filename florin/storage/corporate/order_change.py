"""A change of one order: a transaction under the order's row lock, with its audit row and its event.

Whoever changes an order opens one, decides by the order that it shows (nothing of which can change meanwhile) and
writes through its connection. What moves money is no such change: it goes through the posting engine.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from florin.domain.identifiers import wire_id
from florin.domain.order_life import OrderStatus
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.corporate.orders import OrderView, lock_order
from florin.storage.outbox import emit


@dataclass(frozen=True, slots=True)
class OrderChange:
    """The open change; ``order`` is None when there is none of that id."""

    connection: Connection
    author: Author
    order: OrderView | None

    async def record(self, action: str, order: OrderView, detail: Mapping[str, Any]) -> None:
        """Write the change's row of the audit trail, from which the order's timeline is read. No secrets."""
        await record(self.connection, self.author, action, order.id, detail)

    async def emit(self, name: str, order: OrderView, status: OrderStatus, payload: Mapping[str, Any]) -> None:
        """Tell the outside world of it; ``status`` is where the order stands by now."""
        told = {
            "id": wire_id("order", order.id),
            "customer_id": wire_id("customer", order.customer_id),
            "status": status.value,
            **payload,
        }
        await emit(self.connection, name, order.id, told, self.author.now)


@asynccontextmanager
async def order_change(pool: Pool, order_id: UUID, author: Author) -> AsyncIterator[OrderChange]:
    """Open a change of an order; it commits at the end, or not at all when an exception leaves the block."""
    async with transaction(pool) as connection:
        yield OrderChange(connection, author, await lock_order(connection, order_id))
