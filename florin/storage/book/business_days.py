"""Reading the closed business days of a programme."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from florin.domain.paging import Page, page_of
from florin.storage.connect import Pool
from florin.storage.read_rows import read_rows

CLOSED_DAYS: Final = """
SELECT business_date, closed_at, transfers, merkle_root, previous_seal, seal, sealed_at FROM sealed_day
WHERE programme_id = %(programme_id)s AND (%(before)s::date IS NULL OR business_date < %(before)s)
ORDER BY business_date DESC LIMIT %(rows)s
"""


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day that no posting can join any more; what its seal says is None until it is sealed."""

    business_date: date
    closed_at: datetime
    transfers: int | None
    merkle_root: bytes | None
    previous_seal: bytes | None
    seal: bytes | None
    sealed_at: datetime | None


async def closed_days(pool: Pool, programme_id: UUID, limit: int, before: date | None = None) -> Page[ClosedDay, int]:
    """A page of ``limit`` closed days, the latest first, before a date; its key is the ordinal of the last one."""
    parameters = {"programme_id": programme_id, "before": before, "rows": limit + 1}
    found = await read_rows(pool, ClosedDay, CLOSED_DAYS, parameters)
    return page_of([(each.business_date.toordinal(), each) for each in found], limit)
