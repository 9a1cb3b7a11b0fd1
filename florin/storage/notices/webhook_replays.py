"""Sending events once more: one of them, those of a time, or of those only the ones that never came through."""

from datetime import datetime
from typing import Final
from uuid import UUID

from florin.domain.webhook import CUSTOMER_EVENTS, MERCHANT_EVENTS
from florin.storage.connect import Pool, transaction
from florin.storage.notices.fan_out_queries import OWNED

EVENTS_OF_TIME: Final = """
SELECT id FROM outbox WHERE id >= %(first)s AND id < %(last)s ORDER BY id LIMIT %(limit)s
"""
# A place at the end: what is sent once more follows what still waits, and among itself the order of what happened.
REPLAY: Final = f"""
{OWNED}
INSERT INTO webhook_delivery AS d (endpoint_id, event_id, subject_id, due_at)
SELECT w.id, o.id, o.subject_id, %(now)s
FROM owned o JOIN webhook_endpoint w
  ON (w.owner_kind = 'operator' OR w.merchant_id = o.merchant_id OR w.customer_id = o.customer_id)
LEFT JOIN webhook_delivery b ON b.endpoint_id = w.id AND b.event_id = o.id
WHERE w.id = %(endpoint_id)s AND (w.events = '{{}}' OR o.name = ANY(w.events))
  AND (b.status = 'failed' OR NOT %(only_failed)s) AND b.status IS DISTINCT FROM 'waiting'
ORDER BY o.id
ON CONFLICT (endpoint_id, event_id) DO UPDATE
SET status = 'waiting', attempts = 0, due_at = excluded.due_at, ended_at = NULL, position = DEFAULT
WHERE d.status <> 'waiting'
"""  # noqa: S608 (our own text)


async def replay_events(
    pool: Pool,
    endpoint_id: UUID,
    first: UUID,
    last: UUID,
    now: datetime,
    *,
    only_failed: bool,
    limit: int,
) -> tuple[int, UUID | None]:
    """Put the endpoint's own events with ids from ``first`` up to ``last`` in line again.

    At most ``limit`` events are looked at. Returns how many go out again, and where to go on, None at the end. What
    still waits is left where it is.
    """
    async with transaction(pool) as connection:
        window = {"first": first, "last": last, "limit": limit}
        ids = [event_id for (event_id,) in await (await connection.execute(EVENTS_OF_TIME, window)).fetchall()]
        chunk = {
            "ids": ids,
            "merchant_events": sorted(MERCHANT_EVENTS),
            "customer_events": sorted(CUSTOMER_EVENTS),
            "endpoint_id": endpoint_id,
            "only_failed": only_failed,
            "now": now,
        }
        count = (await connection.execute(REPLAY, chunk)).rowcount if ids else 0
    return count, UUID(int=ids[-1].int + 1) if len(ids) == limit else None
