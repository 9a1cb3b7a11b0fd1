"""Reading purchases and holds, outside any posting."""

from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.purchase import Hold, OwnerKind, Purchase
from florin.storage.connect import Pool
from florin.storage.posting.facts import HOLD_COLUMNS, PURCHASE_COLUMNS

FIND_PURCHASE: Final = f"SELECT {PURCHASE_COLUMNS} FROM purchase p WHERE p.id = %(id)s"  # noqa: S608 (a dataclass's fields)
FIND_HOLD: Final = f"SELECT {HOLD_COLUMNS} FROM hold h WHERE h.id = %(id)s"  # noqa: S608 (as above)

# Ids begin with their time, so the order of ids is the order of time.
PURCHASES_OF_MERCHANT: Final = f"""
SELECT {PURCHASE_COLUMNS} FROM purchase p
WHERE p.merchant_id = %(merchant_id)s AND (%(before)s::uuid IS NULL OR p.id < %(before)s)
ORDER BY p.id DESC LIMIT %(limit)s
"""  # noqa: S608 (as above)


async def find_purchase(pool: Pool, purchase_id: UUID) -> Purchase | None:
    """The purchase of that id as it stands now, if there is one."""
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(Purchase)) as purchases:
        await purchases.execute(FIND_PURCHASE, {"id": purchase_id})
        found = await purchases.fetchone()
    return None if found is None else _typed(found)


async def purchases_of_merchant(pool: Pool, merchant_id: UUID, before: UUID | None, limit: int) -> list[Purchase]:
    """At most ``limit`` of a merchant's purchases, the latest first, from those older than ``before``."""
    where = {"merchant_id": merchant_id, "before": before, "limit": limit}
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(Purchase)) as purchases:
        await purchases.execute(PURCHASES_OF_MERCHANT, where)
        return [_typed(each) for each in await purchases.fetchall()]


async def find_hold(pool: Pool, hold_id: UUID) -> Hold | None:
    """The hold of that id as it stands now, if there is one."""
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(Hold)) as holds:
        await holds.execute(FIND_HOLD, {"id": hold_id})
        found = await holds.fetchone()
    if found is not None:
        found.owner_kind = OwnerKind(found.owner_kind)
    return found


def _typed(purchase: Purchase) -> Purchase:
    purchase.owner_kind = OwnerKind(purchase.owner_kind)
    return purchase
