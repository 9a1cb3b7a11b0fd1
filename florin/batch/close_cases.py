"""Cases whose end nobody has disputed for as long as their programme waits: they are closed for good."""

from datetime import datetime
from typing import Final

from florin.clearing.house import ClearingHouse
from florin.storage.cases import close_ended

CHUNK: Final = 500


async def close_ended_cases(house: ClearingHouse, now: datetime, *, chunk: int = CHUNK) -> int:
    """Close every case that was resolved or rejected long enough before ``now``, and return how many that were.

    Each chunk is one transaction, so a kill leaves whole steps; whoever comes next does the rest.
    """
    closed = 0
    while True:
        done = await close_ended(house.pool, now, chunk)
        closed += done
        if done < chunk:
            return closed
