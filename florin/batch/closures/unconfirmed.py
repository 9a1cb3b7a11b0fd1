"""Closures that nobody has confirmed in time: they are called off, and their accounts are as they were."""

from datetime import datetime
from typing import Final

from florin.clearing.closures.cancel_closure import cancel_unconfirmed
from florin.clearing.house import ClearingHouse
from florin.storage.closures.closures import unconfirmed_closures

CHUNK: Final = 200


async def cancel_unconfirmed_closures(house: ClearingHouse, now: datetime, *, chunk: int = CHUNK) -> int:
    """Call off every closure whose time to be confirmed has passed at ``now``, and return how many that were.

    Raises:
        BusyError, OutcomeUnknownError: whatever is left is for the next time.
    """
    cancelled = 0
    while waiting := await unconfirmed_closures(house.pool, now, chunk):
        answers = [await cancel_unconfirmed(house, each, now) for each in waiting]
        done = sum(each.decline is None for each in answers)
        cancelled += done
        if not done:
            break
    return cancelled
