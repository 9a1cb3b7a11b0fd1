"""Callbacks of payment providers, kept as they came: once for each event, sealed, because they tell of payers."""

from datetime import datetime
from typing import Final

from florin.storage.connect import Pool, transaction

KEEP: Final = """
INSERT INTO payment_callback (provider, event_id, raw_encrypted, occurred_at, received_at)
VALUES (%(provider)s, %(event_id)s, %(raw_encrypted)s, %(occurred_at)s, %(now)s)
ON CONFLICT (provider, event_id) DO NOTHING
"""


async def keep_callback(
    pool: Pool, provider: str, event_id: str, raw_encrypted: bytes, occurred_at: datetime, now: datetime
) -> None:
    """Keep a callback that has been verified; a repetition adds nothing."""
    row = {
        "provider": provider,
        "event_id": event_id,
        "raw_encrypted": raw_encrypted,
        "occurred_at": occurred_at,
        "now": now,
    }
    async with transaction(pool) as connection:
        await connection.execute(KEEP, row)
