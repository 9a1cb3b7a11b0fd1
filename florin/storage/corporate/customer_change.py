"""The transaction in which something that was agreed with a customer changes."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.corporate.customers import Customer, lock_funding, read_customer


@dataclass(frozen=True, slots=True)
class CustomerChange:
    """An open change of what was agreed with a customer, who is None when there is none of that id."""

    connection: Connection
    author: Author
    customer: Customer | None

    async def record(self, action: str, customer_id: UUID, detail: Mapping[str, Any]) -> None:
        """Write the change's audit row; ``detail`` must hold no secret."""
        await record(self.connection, self.author, action, customer_id, detail)


@asynccontextmanager
async def customer_change(pool: Pool, customer_id: UUID, author: Author) -> AsyncIterator[CustomerChange]:
    """Open a change; it commits at the end, or not at all when an exception leaves the block.

    Changes of one customer follow one another, and the decisions about its money that are under way come before.
    """
    async with transaction(pool) as connection:
        await lock_funding(connection, customer_id)
        yield CustomerChange(connection, author, await read_customer(connection, customer_id))
