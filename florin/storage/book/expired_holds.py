"""Finding the owners of holds whose time has passed."""

from datetime import datetime
from typing import Final
from uuid import UUID

from florin.storage.connect import Pool

OWNERS: Final = """
SELECT owner_id, count(*) FROM hold
WHERE status = 'open' AND expires_at <= %(now)s AND owner_id > %(after)s
GROUP BY owner_id ORDER BY owner_id LIMIT %(limit)s
"""


async def owners_of_expired_holds(pool: Pool, now: datetime, after: UUID, limit: int) -> dict[UUID, int]:
    """The next owners behind ``after``, in the order of their ids, each with its number of expired open holds."""
    async with pool.connection() as connection:
        rows = await connection.execute(OWNERS, {"now": now, "after": after, "limit": limit})
        return dict(await rows.fetchall())
