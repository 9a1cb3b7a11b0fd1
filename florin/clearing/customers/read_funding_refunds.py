"""Read funding refunds, one or many."""

from uuid import UUID

from florin.clearing.customers.allowed import READERS
from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.funding_refund import FundingRefund, FundingRefundStatus
from florin.domain.paging import Page
from florin.domain.people import Actor
from florin.storage.corporate.funding_refunds import find_funding_refund, list_funding_refunds


async def read_funding_refund(house: ClearingHouse, actor: Actor, refund_id: UUID) -> FundingRefund | Decline:
    """A refund. Declines: ``funding_refund_not_found``, also for a stranger's; ``role_required``."""
    found = await find_funding_refund(house.pool, refund_id)
    if found is None or not actor.may_see(found.customer_id):
        return Decline.FUNDING_REFUND_NOT_FOUND
    return found if actor.has(*READERS) else Decline.ROLE_REQUIRED


async def funding_refunds_page(
    house: ClearingHouse,
    actor: Actor,
    customer_id: UUID | None,
    status: FundingRefundStatus | None,
    before: UUID | None,
    limit: int,
) -> Page[FundingRefund, UUID] | Decline:
    """A page of refunds, the latest first: of one customer, or of all for the operator's people.

    A customer's people see their own only. Declines: ``customer_not_found`` for a stranger, ``role_required``.
    """
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    wanted = customer_id or actor.customer_id
    if wanted is not None and not actor.may_see(wanted):
        return Decline.CUSTOMER_NOT_FOUND
    return await list_funding_refunds(house.pool, wanted, status, before, limit)
