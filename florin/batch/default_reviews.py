"""Deliveries whose members have said nothing in time: they are taken for good."""

from datetime import datetime
from typing import Final

from florin.clearing.house import ClearingHouse
from florin.storage.cash_orders import review_unanswered

CHUNK: Final = 500


async def review_by_default(house: ClearingHouse, now: datetime, *, chunk: int = CHUNK) -> int:
    """Write the good review of every delivery whose time is over at ``now``, and return how many that were.

    Each chunk is one transaction, so a kill leaves whole reviews; whoever comes next, and however late, does the rest.
    """
    reviewed = 0
    while True:
        done = await review_unanswered(house.pool, now, chunk)
        reviewed += done
        if done < chunk:
            return reviewed
