"""Reading refunds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.domain.paging import Page, page_of
from florin.storage.connect import Pool
from florin.storage.read_rows import read_row, read_rows

_COLUMNS: Final = """
SELECT r.id, r.purchase_id, p.merchant_id, r.reference, p.unit,
       r.principal_minor + r.bonus_minor + r.discount_minor AS amount_minor,
       r.journal_id, r.posted_at
FROM refund r JOIN purchase p ON p.id = r.purchase_id
"""
FIND_REFUND: Final = _COLUMNS + "WHERE r.id = %(id)s"
REFUNDS_OF_PURCHASE: Final = (
    _COLUMNS
    + """
WHERE r.purchase_id = %(purchase_id)s AND (%(before)s::uuid IS NULL OR r.id < %(before)s)
ORDER BY r.id DESC LIMIT %(limit)s
"""
)


@dataclass(frozen=True, slots=True)
class Refund:
    """What was given back of a purchase at once, in minor units over both lots."""

    id: UUID
    purchase_id: UUID
    merchant_id: UUID
    reference: str
    unit: str
    amount_minor: int
    journal_id: UUID
    posted_at: datetime


async def find_refund(pool: Pool, refund_id: UUID) -> Refund | None:
    """The refund of that id, if there is one."""
    return await read_row(pool, Refund, FIND_REFUND, {"id": refund_id})


async def refunds_of_purchase(pool: Pool, purchase_id: UUID, before: UUID | None, limit: int) -> Page[Refund, UUID]:
    """A page of the refunds of a purchase, the latest first, from those older than ``before``."""
    where = {"purchase_id": purchase_id, "before": before, "limit": limit + 1}
    found = await read_rows(pool, Refund, REFUNDS_OF_PURCHASE, where)
    return page_of([(each.id, each) for each in found], limit)
