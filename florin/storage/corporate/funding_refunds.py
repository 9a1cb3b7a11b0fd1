"""Reading refunds of customers' money, outside any posting."""

from typing import Final
from uuid import UUID

from florin.domain.funding_refund import FundingRefund, FundingRefundStatus
from florin.domain.paging import Page, page_of
from florin.storage.connect import Pool
from florin.storage.posting.fact_queries import FUNDING_REFUND_COLUMNS
from florin.storage.read_rows import read_row, read_rows

FIND_REFUND: Final = f"SELECT {FUNDING_REFUND_COLUMNS} FROM funding_refund f WHERE f.id = %(id)s"  # noqa: S608 (a dataclass's fields)
# Ids begin with their time, so the order of ids is the order of time.
REFUNDS: Final = f"""
SELECT {FUNDING_REFUND_COLUMNS} FROM funding_refund f
WHERE (%(customer_id)s::uuid IS NULL OR f.customer_id = %(customer_id)s)
  AND (%(status)s::text IS NULL OR f.status = %(status)s)
  AND (%(before)s::uuid IS NULL OR f.id < %(before)s)
ORDER BY f.id DESC LIMIT %(limit)s
"""  # noqa: S608 (as above)


async def find_funding_refund(pool: Pool, refund_id: UUID) -> FundingRefund | None:
    """The refund of that id, if there is one."""
    found = await read_row(pool, FundingRefund, FIND_REFUND, {"id": refund_id})
    return None if found is None else _read(found)


async def list_funding_refunds(
    pool: Pool, customer_id: UUID | None, status: FundingRefundStatus | None, before: UUID | None, limit: int
) -> Page[FundingRefund, UUID]:
    """A page of refunds, the latest first, from those before ``before``; of a customer or status unless it is None."""
    where = {"customer_id": customer_id, "status": status, "before": before, "limit": limit + 1}
    found = await read_rows(pool, FundingRefund, REFUNDS, where)
    return page_of([(each.id, _read(each)) for each in found], limit)


def _read(refund: FundingRefund) -> FundingRefund:
    refund.status = FundingRefundStatus(refund.status)
    return refund
