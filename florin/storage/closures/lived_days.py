"""On which days the service was at work, so that nothing is forgotten for good by a clock that has just jumped."""

from datetime import date
from typing import Final

from florin.storage.connect import Pool, transaction

LIVE: Final = "INSERT INTO lived_day (day) VALUES (%(today)s) ON CONFLICT DO NOTHING"
LIVED: Final = "SELECT count(*) FROM lived_day WHERE day > %(today)s - %(span)s::integer AND day <= %(today)s"


async def live_through(pool: Pool, today: date, span: int) -> int:
    """Write down that the service works today, and return on how many of the last ``span`` days it did, today too."""
    where = {"today": today, "span": span}
    async with transaction(pool) as connection:
        await connection.execute(LIVE, where)
        row = await (await connection.execute(LIVED, where)).fetchone()
    return 0 if row is None else int(row[0])
