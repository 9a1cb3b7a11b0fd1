"""Files that have been handed in or fetched, and are read when nobody waits for them."""

from datetime import datetime
from typing import Final

import structlog

from florin.clearing.house import ClearingHouse
from florin.reconciliation.take_in import read_received
from florin.storage.reconciliation.statement_files import waiting_files

_log: Final = structlog.get_logger("florin.reconciliation")


async def read_waiting_files(house: ClearingHouse, now: datetime) -> int:
    """Read every file that waits, one after another, and return how many there were.

    Each is read by one process; whoever is killed over one has written nothing of it. One that fails for a fault of
    ours is logged, waits for the next time and holds up no other.
    """
    waiting = await waiting_files(house.pool)
    for file_id in waiting:
        try:
            await read_received(house, file_id, now)
        except Exception as error:  # noqa: BLE001 (a fault, or a database that is away: the next time tells)
            _log.warning("statement_file_not_read", file_id=str(file_id), error=type(error).__name__)
    return len(waiting)
