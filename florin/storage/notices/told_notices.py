"""What a member was told, for people who look: the kinds and what became of them, never the texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Final
from uuid import UUID

from florin.domain.paging import Page, page_of
from florin.storage.connect import Pool

# A page of notices, each with what became of it on every channel; one that nobody wanted to hear of has none.
LIST: Final = """
WITH page AS (
    SELECT id, kind, made_at FROM notice
    WHERE recipient_id = %(recipient_id)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
    ORDER BY id DESC LIMIT %(limit)s
)
SELECT n.id, n.kind, n.made_at, s.channel, s.status, s.attempts, s.failure,
       CASE WHEN s.status = 'waiting' THEN s.due_at END AS due_at, s.ended_at
FROM page n LEFT JOIN notice_sending s ON s.notice_id = n.id
ORDER BY n.id DESC, s.channel
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
class Sending:
    """What became of a notice on a channel; ``due_at`` is when it goes out, None when it waits no more."""

    channel: str
    status: str
    attempts: int
    failure: str | None
    due_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ToldNotice:
    """A notice, and what became of it on its channels; without any nobody wanted to hear of it."""

    id: UUID
    kind: str
    made_at: datetime
    sendings: Sequence[Sending]


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
    async with pool.connection() as connection:
        rows = await (await connection.execute(LIST, wanted)).fetchall()
    notices = [
        ToldNotice(notice_id, kind, made_at, [Sending(*each[3:]) for each in lines if each[3] is not None])
        for (notice_id, kind, made_at), lines in groupby(rows, key=itemgetter(0, 1, 2))
    ]
    return page_of([(each.id, each) for each in notices], limit)


async def read_queue(pool: Pool, now: datetime) -> Queue:
    """What waits to be sent."""
    async with pool.connection() as connection:
        row = await (await connection.execute(WAITING, {"now": now})).fetchone() or (0,) * 5
    return Queue(*(each or 0 for each in row))
