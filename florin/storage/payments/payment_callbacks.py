"""Callbacks of payment providers, kept as they came: once for each event, sealed, because they tell of payers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.storage.connect import Pool, transaction

KEEP: Final = """
INSERT INTO payment_callback (provider, event_id, payment_id, raw_encrypted, occurred_at, received_at)
VALUES (%(provider)s, %(event_id)s, %(payment_id)s, %(raw_encrypted)s, %(occurred_at)s, %(now)s)
ON CONFLICT (provider, event_id) DO NOTHING
"""
# Of a payment that nobody knows it is not said which programme's it is, so the longest retention holds.
FORGET: Final = """
UPDATE payment_callback SET raw_encrypted = NULL
WHERE (provider, event_id) IN (
    SELECT c.provider, c.event_id FROM payment_callback c
    LEFT JOIN payment p ON p.id = c.payment_id
    LEFT JOIN unnest(%(programmes)s::uuid[], %(kept_since)s::timestamptz[]) AS k (programme_id, kept_since)
           ON k.programme_id = p.programme_id
    WHERE c.raw_encrypted IS NOT NULL
      AND c.received_at < coalesce(k.kept_since, (SELECT min(each) FROM unnest(%(kept_since)s::timestamptz[]) AS each))
    ORDER BY c.received_at LIMIT %(limit)s)
"""


async def keep_callback(
    pool: Pool,
    provider: str,
    event_id: str,
    payment_id: UUID | None,
    raw_encrypted: bytes,
    occurred_at: datetime,
    now: datetime,
) -> None:
    """Keep a callback that has been verified; a repetition adds nothing, not even what was forgotten since."""
    row = {
        "provider": provider,
        "event_id": event_id,
        "payment_id": payment_id,
        "raw_encrypted": raw_encrypted,
        "occurred_at": occurred_at,
        "now": now,
    }
    async with transaction(pool) as connection:
        await connection.execute(KEEP, row)


async def forget_callbacks(pool: Pool, kept_since: Mapping[UUID, datetime], limit: int) -> int:
    """Forget the words of callbacks from before their programme's instant, the oldest first; return how many."""
    where = {"programmes": list(kept_since), "kept_since": list(kept_since.values()), "limit": limit}
    async with transaction(pool) as connection:
        return (await connection.execute(FORGET, where)).rowcount
