"""What stands in suspense, and what was proposed for it, to be read."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.paging import Page, page_of
from florin.domain.payout import PayoutStatus
from florin.domain.suspense import SuspenseItem, SuspensePayout, SuspenseResolution
from florin.storage.connect import Connection, Pool
from florin.storage.posting.facts import read_suspense_item, read_suspense_resolution

_ITEM: Final = ", ".join("i." + each.name for each in fields(SuspenseItem))
_RESOLUTION: Final = ", ".join("r." + each.name for each in fields(SuspenseResolution))
_PAYOUT: Final = ", ".join("y." + each.name for each in fields(SuspensePayout))

FIND: Final = f"SELECT {_ITEM} FROM suspense_item i WHERE i.id = %(id)s"  # noqa: S608 (a dataclass's fields)
ITEMS: Final = f"""
SELECT {_ITEM} FROM suspense_item i
LEFT JOIN suspense_resolution r ON r.item_id = i.id AND r.status IN ('proposed', 'approved')
WHERE (%(status)s::text IS NULL OR coalesce(r.status, 'open') = %(status)s)
  AND (%(before)s::uuid IS NULL OR i.id < %(before)s)
ORDER BY i.id DESC LIMIT %(limit)s
"""  # noqa: S608 (as above)
# Of an item the last resolution is the one that stands, if one does.
RESOLUTIONS: Final = f"""
SELECT DISTINCT ON (r.item_id) {_RESOLUTION} FROM suspense_resolution r
WHERE r.item_id = ANY(%(item_ids)s) ORDER BY r.item_id, r.proposed_at DESC, r.id DESC
"""  # noqa: S608 (as above)
PAYOUTS: Final = f"SELECT {_PAYOUT} FROM suspense_payout y WHERE y.resolution_id = ANY(%(resolution_ids)s)"  # noqa: S608 (as above)
FIND_PAYOUT: Final = f"SELECT {_PAYOUT} FROM suspense_payout y WHERE y.id = %(id)s"  # noqa: S608 (as above)


@dataclass(frozen=True, slots=True)
class SuspenseEntry:
    """An item, its last resolution, and the payout of that one."""

    item: SuspenseItem
    resolution: SuspenseResolution | None
    payout: SuspensePayout | None


async def find_item(pool: Pool, item_id: UUID) -> SuspenseEntry | None:
    """The item of that id, if there is one."""
    found = await _items(pool, FIND, {"id": item_id})
    return found[0] if found else None


async def list_items(pool: Pool, status: str | None, before: UUID | None, limit: int) -> Page[SuspenseEntry, UUID]:
    """A page of items, the latest first, from those before ``before``; of a resolution's status, or ``open``."""
    found = await _items(pool, ITEMS, {"status": status, "before": before, "limit": limit + 1})
    return page_of([(each.item.id, each) for each in found], limit)


async def find_suspense_payout(pool: Pool, payout_id: UUID) -> SuspensePayout | None:
    """The payout of that id, if there is one."""
    async with pool.connection() as connection:
        found = await _payouts(connection, FIND_PAYOUT, {"id": payout_id})
    return found[0] if found else None


async def _items(pool: Pool, query: str, where: dict[str, Any]) -> list[SuspenseEntry]:
    async with pool.connection() as connection:
        async with connection.cursor(row_factory=class_row(SuspenseItem)) as items:
            found = await (await items.execute(query.encode(), where)).fetchall()
        standing = await _resolutions(connection, [each.id for each in found])
        with_payouts = {"resolution_ids": [each.id for each in standing.values()]}
        payouts = {each.resolution_id: each for each in await _payouts(connection, PAYOUTS, with_payouts)}
    return [
        SuspenseEntry(read_suspense_item(each), resolution, None if resolution is None else payouts.get(resolution.id))
        for each, resolution in ((each, standing.get(each.id)) for each in found)
    ]


async def _resolutions(connection: Connection, item_ids: Sequence[UUID]) -> dict[UUID, SuspenseResolution]:
    async with connection.cursor(row_factory=class_row(SuspenseResolution)) as rows:
        found = await (await rows.execute(RESOLUTIONS.encode(), {"item_ids": list(item_ids)})).fetchall()
    return {each.item_id: read_suspense_resolution(each) for each in found}


async def _payouts(connection: Connection, query: str, where: dict[str, Any]) -> list[SuspensePayout]:
    async with connection.cursor(row_factory=class_row(SuspensePayout)) as payouts:
        found = await (await payouts.execute(query.encode(), where)).fetchall()
    for each in found:
        each.status = PayoutStatus(each.status)
    return found
