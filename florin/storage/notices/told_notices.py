"""What a member was told, for people who look: the kinds and what became of them, never the texts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.paging import Page, page_of
from florin.storage.connect import Pool

# A page of notices, each with one line a channel; one that nobody wanted to hear of has a line without one.
LIST: Final = """
WITH page AS (
    SELECT id, kind, made_at FROM notice
    WHERE recipient_id = %(recipient_id)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
    ORDER BY id DESC LIMIT %(limit)s
)
SELECT n.id, n.kind, n.made_at, s.channel, s.status, s.failure, s.ended_at
FROM page n LEFT JOIN LATERAL (
    SELECT channel, status, failure, ended_at FROM notice_sending WHERE notice_id = n.id ORDER BY channel LIMIT 1
) s ON true
ORDER BY n.id DESC
"""
WAITING: Final = """
SELECT (SELECT count(*) FROM notice_sending WHERE status = 'waiting'),
       (SELECT count(*) FROM webhook_delivery WHERE status = 'waiting'),
       (SELECT extract(epoch FROM %(now)s - min(n.made_at))::int
        FROM notice_sending s JOIN notice n ON n.id = s.notice_id WHERE s.status = 'waiting'),
       (SELECT extract(epoch FROM %(now)s - min(e.posted_at))::int
        FROM webhook_delivery d JOIN outbox e ON e.id = d.event_id WHERE d.status = 'waiting'),
       (SELECT count(*) FROM outbox WHERE written_in >= coalesce(
           (SELECT pg_snapshot_xmax(told)::text::bigint FROM fan_out), 0))
"""


@dataclass(frozen=True, slots=True)
class ToldNotice:
    """A notice, and what became of it on the first of its channels; without one nobody wanted to hear of it."""

    id: UUID
    kind: str
    made_at: datetime
    channel: str | None
    status: str | None
    failure: str | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Queue:
    """How much waits to be sent, and for how many seconds the oldest of it has; 0 where nothing waits."""

    notices_waiting: int
    webhooks_waiting: int
    notices_oldest_age_s: int
    webhooks_oldest_age_s: int
    events_not_fanned_out: int


async def list_notices(pool: Pool, recipient_id: UUID, after: UUID | None, limit: int) -> Page[ToldNotice, UUID]:
    """A page of what somebody was told, the newest first, before the notice ``after``."""
    wanted = {"recipient_id": recipient_id, "after": after, "limit": limit + 1}
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(ToldNotice)) as cursor:
        await cursor.execute(LIST, wanted)
        return page_of([(each.id, each) for each in await cursor.fetchall()], limit)


async def read_queue(pool: Pool, now: datetime) -> Queue:
    """What waits to be sent."""
    async with pool.connection() as connection:
        row = await (await connection.execute(WAITING, {"now": now})).fetchone() or (0,) * 5
    return Queue(*(each or 0 for each in row))
