"""List the claim links of an order, for those who may see the order: whether each was claimed, and no more."""

from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import allowed_order
from florin.domain.declines import Decline
from florin.domain.paging import Page
from florin.domain.people import Actor
from florin.storage.corporate import claim_links
from florin.storage.corporate.claim_links import LinkSent
from florin.storage.corporate.orders import find_order


async def list_links(
    house: ClearingHouse, actor: Actor, order_id: UUID, after: int, limit: int
) -> Page[LinkSent, int] | Decline:
    """A page of the links, after the place that the page before ended with; the declines of `allowed_order`."""
    order = allowed_order(await find_order(house.pool, order_id), actor)
    if isinstance(order, Decline):
        return order
    return await claim_links.list_links(house.pool, order_id, after, limit)
