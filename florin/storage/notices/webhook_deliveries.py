"""Deliveries of events to webhook endpoints: what waits, in which order, and what became of each attempt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from florin.domain.paging import Page, page_of
from florin.domain.webhook import LONGEST_WAIT, WebhookDeliveryStatus
from florin.storage.connect import Connection, Pool
from florin.storage.read_rows import read_rows

# Whatever would be due later than any schedule says was put off by a clock that has been set back since: it is due now.
_DUE: Final = "(d.due_at <= %(now)s OR d.due_at > %(latest)s)"

ENDPOINTS: Final = f"""
SELECT w.id FROM webhook_endpoint w
WHERE w.status = 'active' AND (w.rests_until IS NULL OR w.rests_until <= %(now)s OR w.rests_until > %(latest)s)
  AND EXISTS (SELECT FROM webhook_delivery d WHERE d.endpoint_id = w.id AND d.status = 'waiting' AND {_DUE})
"""  # noqa: S608 (our own text)
# Of each subject the first that waits: what comes after it comes after it.
NEXT: Final = f"""
WITH next AS MATERIALIZED (
    SELECT d.event_id, d.attempts, d.due_at, d.position FROM webhook_delivery d
    WHERE d.endpoint_id = %(endpoint_id)s AND d.status = 'waiting' AND {_DUE}
      AND NOT EXISTS (
        SELECT FROM webhook_delivery b WHERE b.endpoint_id = d.endpoint_id AND b.subject_id = d.subject_id
          AND b.status = 'waiting' AND b.position < d.position)
    ORDER BY d.due_at, d.position LIMIT %(limit)s
)
SELECT n.event_id, n.attempts, e.name, coalesce(e.payload, o.answer) AS data, e.posted_at
FROM next n JOIN outbox e ON e.id = n.event_id
LEFT JOIN operation o ON e.payload IS NULL AND o.posted_at = e.posted_at AND o.journal_id = e.journal_id
ORDER BY n.due_at, n.position
"""  # noqa: S608 (our own text)
MARK: Final = """
UPDATE webhook_delivery SET status = %(status)s, attempts = attempts + 1, due_at = coalesce(%(due_at)s, due_at),
    answered = %(answered)s, failure = %(failure)s, ended_at = %(ended_at)s
WHERE endpoint_id = %(endpoint_id)s AND event_id = %(event_id)s AND status = 'waiting'
"""
COUNT_FAILURES: Final = """
UPDATE webhook_endpoint SET failures = CASE WHEN %(came_through)s THEN 0 ELSE failures + %(failed)s END,
    rests_until = %(rests_until)s
WHERE id = %(endpoint_id)s AND (failures > 0 OR NOT %(came_through)s OR %(rests_until)s::timestamptz IS NOT NULL)
"""
LIST: Final = """
SELECT d.event_id, e.name, d.status, d.attempts, d.due_at, d.answered, d.failure, d.ended_at
FROM webhook_delivery d JOIN outbox e ON e.id = d.event_id
WHERE d.endpoint_id = %(endpoint_id)s AND (%(status)s::text IS NULL OR d.status = %(status)s)
  AND (%(after)s::uuid IS NULL OR d.event_id < %(after)s)
ORDER BY d.event_id DESC LIMIT %(limit)s
"""
FORGET: Final = """
DELETE FROM webhook_delivery WHERE (endpoint_id, event_id) IN (
    SELECT endpoint_id, event_id FROM webhook_delivery WHERE ended_at < %(before)s
    ORDER BY ended_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
"""
OLDEST_WAITING: Final = """
SELECT (SELECT min(e.posted_at) FROM webhook_delivery d JOIN outbox e ON e.id = d.event_id WHERE d.status = 'waiting'
        AND d.attempts = 0),
       (SELECT count(*) FROM webhook_delivery WHERE status = 'waiting')
"""


@dataclass(frozen=True, slots=True)
class NextDelivery:
    """An event that is to be sent now; ``attempts`` were made before, in vain. ``data`` is the event's payload."""

    event_id: UUID
    attempts: int
    name: str
    data: Any
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of an attempt: ``answered`` is the status code, None without an answer; ``failure`` says why not.

    ``due_at`` is when the next is made, None when there is none; ``rests_until`` is how long the receiver asks to be
    left alone altogether.
    """

    event_id: UUID
    answered: int | None
    failure: str | None
    due_at: datetime | None
    rests_until: datetime | None = None

    @property
    def came_through(self) -> bool:
        """Whether the receiver has it."""
        return self.failure is None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as the endpoint's owner sees it."""

    event_id: UUID
    name: str
    status: str
    attempts: int
    due_at: datetime
    answered: int | None
    failure: str | None
    ended_at: datetime | None


async def endpoints_with_work(pool: Pool, now: datetime) -> list[UUID]:
    """The active endpoints for which something is due, without those that have asked for time."""
    async with pool.connection() as connection:
        due = {"now": now, "latest": now + LONGEST_WAIT}
        rows = await (await connection.execute(ENDPOINTS.encode(), due)).fetchall()
        return [endpoint_id for (endpoint_id,) in rows]


async def next_deliveries(pool: Pool, endpoint_id: UUID, now: datetime, limit: int) -> list[NextDelivery]:
    """What is to be sent to an endpoint now: of each subject the first that waits, if it is due; at most ``limit``."""
    wanted = {"endpoint_id": endpoint_id, "now": now, "latest": now + LONGEST_WAIT, "limit": limit}
    return await read_rows(pool, NextDelivery, NEXT, wanted)


async def write_attempts(connection: Connection, endpoint_id: UUID, attempts: Sequence[Attempt], now: datetime) -> None:
    """Write what became of attempts, and how many in a row have failed at the endpoint."""
    rows = [_row(endpoint_id, each, now) for each in attempts]
    async with connection.cursor() as cursor:
        await cursor.executemany(MARK, rows)
    came_through = any(each.came_through for each in attempts)
    rests_until = max((each.rests_until for each in attempts if each.rests_until is not None), default=None)
    counted = {
        "endpoint_id": endpoint_id,
        "came_through": came_through,
        "failed": len(attempts),
        "rests_until": rests_until,
    }
    await connection.execute(COUNT_FAILURES, counted)


def _row(endpoint_id: UUID, attempt: Attempt, now: datetime) -> dict[str, Any]:
    status = WebhookDeliveryStatus.DELIVERED if attempt.came_through else WebhookDeliveryStatus.FAILED
    goes_on = not attempt.came_through and attempt.due_at is not None
    return {
        "endpoint_id": endpoint_id,
        "event_id": attempt.event_id,
        "status": WebhookDeliveryStatus.WAITING if goes_on else status,
        "due_at": attempt.due_at,
        "answered": attempt.answered,
        "failure": attempt.failure,
        "ended_at": None if goes_on else now,
    }


async def list_deliveries(
    pool: Pool, endpoint_id: UUID, status: WebhookDeliveryStatus | None, after: UUID | None, limit: int
) -> Page[Delivery, UUID]:
    """A page of an endpoint's deliveries, the newest event first, before the event ``after``."""
    wanted = {"endpoint_id": endpoint_id, "status": status, "after": after, "limit": limit + 1}
    found = await read_rows(pool, Delivery, LIST, wanted)
    return page_of([(each.event_id, each) for each in found], limit)


async def forget_deliveries(pool: Pool, before: datetime, limit: int) -> int:
    """Delete at most ``limit`` deliveries that ended before an instant; return how many there were."""
    async with pool.connection() as connection:
        return (await connection.execute(FORGET, {"before": before, "limit": limit})).rowcount
