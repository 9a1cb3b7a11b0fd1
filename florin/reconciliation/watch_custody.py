"""The alarm of the custody ratio: each sealed day that ended with too little in custody is told of once."""

from datetime import datetime

from florin.reconciliation.reports.custody_ratio import read_position
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import Pool
from florin.storage.long_work import one_snapshot
from florin.storage.reports.custody_shortfalls import last_sealed_day, tell_of_shortfall


async def watch_custody(pool: Pool, now: datetime) -> int:
    """Look at the last sealed day of every programme; returns how many shortfalls are new."""
    new = 0
    for programme in (await read_catalogue(pool)).programmes.values():
        async with one_snapshot(pool) as connection:
            day = await last_sealed_day(connection, programme.id)
            position = None if day is None else await read_position(connection, programme, day)
        if day is not None and position is not None and position.is_short:
            new += await tell_of_shortfall(pool, programme, day, position, now)
    return new
