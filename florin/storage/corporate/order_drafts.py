"""Drafts as rows: a new order with its lines, and the one that an idempotency key has made before."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from florin.domain.corporate_order import DeliveryKind
from florin.domain.identifiers import shard_of
from florin.domain.order_rules import WantedLine
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.corporate.order_lines import replace_lines
from florin.storage.fresh_ids import fresh_reference

INSERT_ORDER: Final = """
INSERT INTO corporate_order (id, shard, programme_id, customer_id, payment_reference, delivery, status,
                             repeats_order_id, created_by, created_at, order_key, fingerprint)
VALUES (%(id)s, %(shard)s, %(programme_id)s, %(customer_id)s, %(payment_reference)s, %(delivery)s, 'draft',
        %(repeats_order_id)s, %(created_by)s, %(now)s, %(order_key)s, %(fingerprint)s)
ON CONFLICT DO NOTHING
"""
FIND_BY_KEY: Final = """
SELECT id, fingerprint FROM corporate_order WHERE created_by = %(created_by)s AND order_key = %(order_key)s
"""
SET_DELIVERY: Final = "UPDATE corporate_order SET delivery = %(delivery)s WHERE id = %(order_id)s"

_ATTEMPTS: Final = 10
"""How many payment references are tried: among a million orders one in three thousand is taken."""


class DraftKey(NamedTuple):
    """Under which the making of an order may be repeated, and a keyed hash of what was asked for."""

    order_key: str
    fingerprint: UUID


class MadeOrder(NamedTuple):
    """An order that a key has made."""

    id: UUID
    fingerprint: UUID


@dataclass(frozen=True, slots=True)
class NewOrder:
    """A draft to be written; ``repeats_order_id`` is the order that it does again."""

    id: UUID
    programme_id: UUID
    customer_id: UUID
    delivery: DeliveryKind
    repeats_order_id: UUID | None
    created_by: UUID
    lines: Sequence[WantedLine]


@asynccontextmanager
async def new_order(
    pool: Pool, order: NewOrder, key: DraftKey | None, author: Author
) -> AsyncIterator[Connection | None]:
    """Write a draft with its lines, under a payment reference of its own; whatever belongs to it is written inside.

    It commits at the end, or not at all when an exception leaves the block. Inside is None when the key has made an
    order before.
    """
    async with transaction(pool) as connection:
        if not await _insert(connection, order, key, author):
            yield None
            return
        await replace_lines(connection, order.id, order.lines)
        detail = {"lines": len(order.lines), "delivery": order.delivery.value}
        if order.repeats_order_id is not None:
            detail["repeats"] = order.repeats_order_id.hex
        await record(connection, author, "order.drafted", order.id, detail)
        yield connection


async def order_made_under(pool: Pool, login_id: UUID, order_key: str) -> MadeOrder | None:
    """The order that a login has made under a key, if there is one."""
    async with pool.connection() as connection:
        return await _made_under(connection, login_id, order_key)


async def set_delivery(connection: Connection, order_id: UUID, delivery: DeliveryKind) -> None:
    """Change how the cards of a draft are delivered; the caller's transaction has locked it."""
    await connection.execute(SET_DELIVERY, {"order_id": order_id, "delivery": delivery.value})


async def _insert(connection: Connection, order: NewOrder, key: DraftKey | None, author: Author) -> bool:
    row = {
        "id": order.id,
        "shard": shard_of(order.id),
        "programme_id": order.programme_id,
        "customer_id": order.customer_id,
        "delivery": order.delivery.value,
        "repeats_order_id": order.repeats_order_id,
        "created_by": order.created_by,
        "now": author.now,
        "order_key": None if key is None else key.order_key,
        "fingerprint": None if key is None else key.fingerprint,
    }
    for _ in range(_ATTEMPTS):
        row["payment_reference"] = fresh_reference()
        if (await connection.execute(INSERT_ORDER, row)).rowcount == 1:
            return True
        if key is not None and await _made_under(connection, order.created_by, key.order_key) is not None:
            return False
    raise LookupError("no payment reference is free")


async def _made_under(connection: Connection, login_id: UUID, order_key: str) -> MadeOrder | None:
    where = {"created_by": login_id, "order_key": order_key}
    row: Any = await (await connection.execute(FIND_BY_KEY, where)).fetchone()
    return None if row is None else MadeOrder(*row)
