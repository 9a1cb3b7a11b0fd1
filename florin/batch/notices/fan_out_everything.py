"""Fanning out all that is new, chunk by chunk."""

from datetime import datetime

from florin.clearing.house import ClearingHouse
from florin.storage.notices.fan_out import CHUNK, fan_out


async def fan_out_everything(house: ClearingHouse, now: datetime) -> None:
    """Fan out until nothing is new, or somebody else is at it.

    Raises:
        RestoredFromDumpError: as `fan_out`.
    """
    while await fan_out(house.pool, now) == CHUNK:
        pass
