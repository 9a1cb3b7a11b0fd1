"""Deleting notices and webhook deliveries of long ago: what they told of stands in the book and in the outbox."""

from datetime import datetime, timedelta
from typing import Final

from florin.clearing.house import ClearingHouse
from florin.storage.notices.notice_sendings import forget_notices
from florin.storage.notices.webhook_deliveries import forget_deliveries

DELIVERIES_ARE_KEPT: Final = timedelta(days=30)
NOTICES_ARE_KEPT: Final = timedelta(days=400)

CHUNK: Final = 10_000


async def forget_what_was_sent(house: ClearingHouse, now: datetime) -> None:
    """Delete what has ended and is older than it is kept; what still waits stays."""
    while await forget_deliveries(house.pool, now - DELIVERIES_ARE_KEPT, CHUNK) == CHUNK:
        pass
    while await forget_notices(house.pool, now - NOTICES_ARE_KEPT, CHUNK) == CHUNK:
        pass
