"""Closures whose cooling-off is over: their holders are told, once each."""

from datetime import datetime
from typing import Final

from florin.clearing.closures.tell_holder import tell_of_cooling_off
from florin.clearing.house import ClearingHouse
from florin.storage.closures.closures import cooled_closures

CHUNK: Final = 200


async def tell_of_cooled_closures(house: ClearingHouse, now: datetime, *, chunk: int = CHUNK) -> int:
    """Tell every holder whose time to think better of it is over at ``now``, and return how many that were."""
    told = 0
    while cooled := await cooled_closures(house.pool, now, chunk):
        done = sum([await tell_of_cooling_off(house, each, now) for each in cooled])
        told += done
        if not done:
            break
    return told
