"""Reading purchases, outside any posting."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.identifiers import first_id_at
from florin.domain.paging import Page, page_of
from florin.domain.purchase import OwnerKind, Purchase, PurchaseStatus
from florin.storage.connect import Pool
from florin.storage.posting.fact_queries import PURCHASE_COLUMNS
from florin.storage.read_rows import read_row

FIND_PURCHASE: Final = f"SELECT {PURCHASE_COLUMNS} FROM purchase p WHERE p.id = %(id)s"  # noqa: S608 (a dataclass's fields)

# Ids begin with their time, so the order of ids is the order of time.
OF_MERCHANT: Final = f"""
SELECT {PURCHASE_COLUMNS} FROM purchase p
WHERE p.merchant_id = %(merchant_id)s AND (%(before)s::uuid IS NULL OR p.id < %(before)s)
"""  # noqa: S608 (as above)
LATEST_FIRST: Final = "ORDER BY p.id DESC LIMIT %(limit)s"

# The day is in the book; the time in the id tells roughly where to look for it, without an index of days.
OF_DAYS: Final = """
  AND p.id >= %(first_id)s AND p.id < %(end_id)s AND EXISTS (
    SELECT FROM transfer t
    WHERE t.journal_id = p.journal_id AND t.business_date BETWEEN %(first_day)s AND %(last_day)s)
"""
COMPLETED: Final = "AND p.status = 'completed' "
TAKEN_BACK: Final = "AND p.status <> 'completed' AND p.status = %(status)s "
"""These few have an index of their own, which this very condition names."""

_CLOCKS_DIFFER: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Days:
    """Business days, and the time between the first instant of the first of them and the end of the last one."""

    first: date
    last: date
    begin: datetime
    end: datetime


async def find_purchase(pool: Pool, purchase_id: UUID) -> Purchase | None:
    """The purchase of that id as it stands now, if there is one."""
    found = await read_row(pool, Purchase, FIND_PURCHASE, {"id": purchase_id})
    return None if found is None else _typed(found)


async def purchases_of_merchant(
    pool: Pool,
    merchant_id: UUID,
    before: UUID | None,
    limit: int,
    days: Days | None = None,
    status: PurchaseStatus | None = None,
) -> Page[Purchase, UUID]:
    """A page of a merchant's purchases, the latest first, from those older than ``before``.

    Only those booked under ``days`` and those of ``status``, unless these are None.
    """
    query = OF_MERCHANT
    where: dict[str, object] = {"merchant_id": merchant_id, "before": before, "limit": limit + 1, "status": status}
    if days is not None:
        query += OF_DAYS
        where |= {
            "first_day": days.first,
            "last_day": days.last,
            "first_id": first_id_at(days.begin - _CLOCKS_DIFFER),
            "end_id": first_id_at(days.end + _CLOCKS_DIFFER),
        }
    if status is not None:
        query += COMPLETED if status is PurchaseStatus.COMPLETED else TAKEN_BACK
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(Purchase)) as purchases:
        await purchases.execute(query + LATEST_FIRST, where)
        return page_of([(each.id, _typed(each)) for each in await purchases.fetchall()], limit)


def _typed(purchase: Purchase) -> Purchase:
    purchase.owner_kind = OwnerKind(purchase.owner_kind)
    return purchase
