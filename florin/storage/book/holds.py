"""Reading holds, outside any posting.

A hold whose time has passed reserves nothing, even if nobody has written that yet: the posting engine ends such holds
before it decides anything, and they are read here as it would find them.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from florin.domain.paging import Page, page_of
from florin.domain.purchase import Hold, HoldStatus, OwnerKind
from florin.storage.connect import Pool
from florin.storage.posting.fact_queries import HOLD_COLUMNS
from florin.storage.read_rows import read_row, read_rows

FIND_HOLD: Final = f"SELECT {HOLD_COLUMNS} FROM hold h WHERE h.id = %(id)s"  # noqa: S608 (a dataclass's fields)

# Ids begin with their time, so the order of ids is the order of time.
HOLDS_OF_MERCHANT: Final = f"""
SELECT {HOLD_COLUMNS} FROM hold h
WHERE h.merchant_id = %(merchant_id)s AND (%(before)s::uuid IS NULL OR h.id < %(before)s)
  AND (%(status)s::text IS NULL OR %(status)s = CASE
      WHEN h.status = 'open' AND h.expires_at <= %(now)s THEN 'expired' ELSE h.status END)
ORDER BY h.id DESC LIMIT %(limit)s
"""  # noqa: S608 (as above)


async def find_hold(pool: Pool, hold_id: UUID, now: datetime) -> Hold | None:
    """The hold of that id as it stands at ``now``, if there is one."""
    found = await read_row(pool, Hold, FIND_HOLD, {"id": hold_id})
    return None if found is None else _as_of(found, now)


async def holds_of_merchant(
    pool: Pool, merchant_id: UUID, status: HoldStatus | None, before: UUID | None, limit: int, now: datetime
) -> Page[Hold, UUID]:
    """A page of a merchant's holds as they stand at ``now``, the latest first, from those before ``before``.

    Only those of ``status``, unless it is None.
    """
    where = {"merchant_id": merchant_id, "status": status, "before": before, "limit": limit + 1, "now": now}
    found = await read_rows(pool, Hold, HOLDS_OF_MERCHANT, where)
    return page_of([(each.id, _as_of(each, now)) for each in found], limit)


def _as_of(hold: Hold, now: datetime) -> Hold:
    hold.owner_kind, hold.status = OwnerKind(hold.owner_kind), HoldStatus(hold.status)
    if hold.has_expired(now):
        hold.end(HoldStatus.EXPIRED, now)
    return hold
