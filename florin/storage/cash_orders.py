"""Orders paid in cash at the door: recorded once, changed under the lock of their row, reviewed once."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from psycopg.rows import dict_row

from florin.domain.cash_order import CashOrder, CashOrderStatus, Review, Verdict
from florin.domain.identifiers import wire_id
from florin.domain.paging import Page, page_of
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.fresh_ids import fresh_id
from florin.storage.outbox import Told, emit, emit_all

_ORDER: Final = """
id, programme_id, merchant_id, member_id, reference, amount_minor, unit, status, recorded_at, delivered_at,
review_until, cancelled_at, review_id, verdict, by_default, reviewed_at, text_encrypted, case_id
"""
FIND: Final = f"SELECT {_ORDER} FROM cash_order WHERE id = %(id)s"  # noqa: S608 (our own columns)
LOCK: Final = f"{FIND} FOR UPDATE"
BY_REFERENCE: Final = f"""
SELECT {_ORDER} FROM cash_order WHERE merchant_id = %(merchant_id)s AND reference = %(reference)s
"""  # noqa: S608 (as above)
# Ids begin with their time, so the order of ids is the order of time.
ORDERS: Final = f"""
SELECT {_ORDER} FROM cash_order
WHERE (%(merchant_id)s::uuid IS NULL OR merchant_id = %(merchant_id)s)
  AND (%(member_id)s::uuid IS NULL OR member_id = %(member_id)s)
  AND (%(status)s::text IS NULL OR status = %(status)s) AND (%(before)s::uuid IS NULL OR id < %(before)s)
ORDER BY id DESC LIMIT %(limit)s
"""  # noqa: S608 (as above)
INSERT: Final = """
INSERT INTO cash_order (id, programme_id, merchant_id, member_id, reference, amount_minor, unit, status, recorded_at)
VALUES (%(id)s, %(programme_id)s, %(merchant_id)s, %(member_id)s, %(reference)s, %(amount_minor)s, %(unit)s,
        %(status)s, %(recorded_at)s)
ON CONFLICT (merchant_id, reference) DO NOTHING
"""
UPDATE: Final = """
UPDATE cash_order
SET status = %(status)s, delivered_at = %(delivered_at)s, review_until = %(review_until)s,
    cancelled_at = %(cancelled_at)s, review_id = %(review_id)s, verdict = %(verdict)s, by_default = %(by_default)s,
    reviewed_at = %(reviewed_at)s, case_id = %(case_id)s, text_encrypted = %(text_encrypted)s
WHERE id = %(id)s
"""
UNANSWERED: Final = """
SELECT id FROM cash_order WHERE status = 'delivered' AND review_until <= %(now)s
ORDER BY review_until LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""
REVIEW_BY_DEFAULT: Final = f"""
UPDATE cash_order o
SET status = 'reviewed', review_id = r.review_id, verdict = 'good', by_default = true, reviewed_at = %(now)s
FROM unnest(%(ids)s::uuid[], %(review_ids)s::uuid[]) AS r (order_id, review_id) WHERE o.id = r.order_id
RETURNING {", ".join("o." + each.strip() for each in _ORDER.split(","))}
"""  # noqa: S608 (as above)
EVENTS: Final[Mapping[CashOrderStatus, str]] = MappingProxyType(
    {
        CashOrderStatus.RECORDED: "cash_order.recorded",
        CashOrderStatus.DELIVERED: "cash_order.delivered",
        CashOrderStatus.REVIEWED: "cash_order.reviewed",
        CashOrderStatus.CANCELLED: "cash_order.cancelled",
    }
)
"""What is announced when an order has got a status."""


@dataclass(frozen=True, slots=True)
class KeptOrder:
    """An order, and what its member wrote in the review, sealed."""

    order: CashOrder
    text_encrypted: bytes | None = None


@dataclass(frozen=True, slots=True)
class CashOrderChange:
    """The open change of an order; ``kept`` is None when there is none of that id."""

    connection: Connection
    author: Author
    kept: KeptOrder | None

    async def save(self, changed: CashOrder, text_encrypted: bytes | None = None) -> None:
        """Write how the order stands now, who has changed it, and the event that tells of it."""
        await self.connection.execute(UPDATE, {**_row(changed), "text_encrypted": text_encrypted})
        await _note(self.connection, self.author, changed)


async def add_cash_order(pool: Pool, order: CashOrder, author: Author) -> CashOrder:
    """Write a new order; where the merchant has used its reference before, that order is returned instead."""
    async with transaction(pool) as connection:
        made = await connection.execute(INSERT, _row(order))
        if made.rowcount:
            await _note(connection, author, order)
            return order
    return (await _orders(pool, BY_REFERENCE, _row(order)))[0].order


@asynccontextmanager
async def cash_order_change(pool: Pool, order_id: UUID, author: Author) -> AsyncIterator[CashOrderChange]:
    """Open somebody's change of an order; it commits at the end, or not at all when an exception leaves the block."""
    async with transaction(pool) as connection, connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(LOCK.encode(), {"id": order_id})
        row = await cursor.fetchone()
        yield CashOrderChange(connection, author, None if row is None else _kept(row))


async def find_cash_order(pool: Pool, order_id: UUID) -> KeptOrder | None:
    """The order of that id, if there is one."""
    found = await _orders(pool, FIND, {"id": order_id})
    return found[0] if found else None


async def list_cash_orders(
    pool: Pool,
    merchant_id: UUID | None,
    member_id: UUID | None,
    status: CashOrderStatus | None,
    before: UUID | None,
    limit: int,
) -> Page[KeptOrder, UUID]:
    """A page of orders, the latest first, from those before ``before``; of a merchant, member or status unless None."""
    where = {"merchant_id": merchant_id, "member_id": member_id, "status": status, "before": before, "limit": limit + 1}
    return page_of([(each.order.id, each) for each in await _orders(pool, ORDERS, where)], limit)


async def review_unanswered(pool: Pool, now: datetime, limit: int) -> int:
    """Take up to ``limit`` deliveries for good whose time for a review is over at ``now``; returns how many they were.

    What another process has locked, it does: nothing is waited for, and nothing reviewed twice.
    """
    async with transaction(pool) as connection, connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(UNANSWERED, {"now": now, "limit": limit})
        ids = [row["id"] for row in await cursor.fetchall()]
        if ids:
            review_ids = [fresh_id() for _ in ids]
            await cursor.execute(REVIEW_BY_DEFAULT.encode(), {"ids": ids, "review_ids": review_ids, "now": now})
            reviewed = [_kept(row).order for row in await cursor.fetchall()]
            await emit_all(connection, [Told(EVENTS[each.status], each.id, _told(each)) for each in reviewed], now)
        return len(ids)


async def _note(connection: Connection, author: Author, order: CashOrder) -> None:
    """Who has brought an order to where it stands, and the event that tells of it."""
    detail = {"merchant_id": wire_id("merchant", order.merchant_id), "reference": order.reference}
    await record(connection, author, EVENTS[order.status], order.id, detail)
    await emit(connection, EVENTS[order.status], order.id, _told(order), author.now)


def _told(order: CashOrder) -> dict[str, object]:
    """What an order's events say: no word of what its member wrote."""
    review = order.review
    return {
        "id": wire_id("cash_order", order.id),
        "merchant_id": wire_id("merchant", order.merchant_id),
        "member_id": wire_id("member", order.member_id),
        "reference": order.reference,
        "status": order.status,
        "amount": {"amount": order.amount_minor, "currency": order.unit},
        "review_until": None if order.review_until is None else order.review_until.isoformat().replace("+00:00", "Z"),
        "verdict": None if review is None else review.verdict,
        "by_default": None if review is None else review.by_default,
    }


def _row(order: CashOrder) -> dict[str, object]:
    review = order.review
    return {
        "id": order.id,
        "programme_id": order.programme_id,
        "merchant_id": order.merchant_id,
        "member_id": order.member_id,
        "reference": order.reference,
        "amount_minor": order.amount_minor,
        "unit": order.unit,
        "status": order.status.value,
        "recorded_at": order.recorded_at,
        "delivered_at": order.delivered_at,
        "review_until": order.review_until,
        "cancelled_at": order.cancelled_at,
        "review_id": None if review is None else review.id,
        "verdict": None if review is None else review.verdict.value,
        "by_default": None if review is None else review.by_default,
        "reviewed_at": None if review is None else review.at,
        "case_id": None if review is None else review.case_id,
    }


def _kept(row: dict[str, Any]) -> KeptOrder:
    text = row.pop("text_encrypted")
    review_id, verdict, by_default = row.pop("review_id"), row.pop("verdict"), row.pop("by_default")
    at, case_id = row.pop("reviewed_at"), row.pop("case_id")
    review = None if review_id is None else Review(review_id, Verdict(verdict), by_default, at, case_id)
    return KeptOrder(CashOrder(**{**row, "status": CashOrderStatus(row["status"])}, review=review), text)


async def _orders(pool: Pool, query: str, where: Mapping[str, object]) -> list[KeptOrder]:
    async with pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query.encode(), where)
        return [_kept(row) for row in await cursor.fetchall()]
