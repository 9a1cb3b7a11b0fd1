"""Read orders: one with its price, a list, and the timeline of one."""

from dataclasses import dataclass, replace
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import READERS, allowed_order
from florin.domain.declines import Decline
from florin.domain.order_price import OrderPrice
from florin.domain.order_rules import WantedLine
from florin.domain.paging import Page
from florin.domain.people import Actor
from florin.storage.corporate.orders import OrderHead, OrderView, WantedOrders, find_order
from florin.storage.corporate.orders import list_orders as read_page
from florin.storage.corporate.tiers import tier_of
from florin.storage.corporate.timeline import Step, timeline_of


@dataclass(frozen=True, slots=True)
class PricedOrder:
    """An order with what it costs; of a draft, what it would cost if it were submitted now (``is_quote``)."""

    order: OrderView
    price: OrderPrice
    is_quote: bool


async def read_order(house: ClearingHouse, actor: Actor, order_id: UUID) -> PricedOrder | Decline:
    """One order. Declines: ``order_not_found``, ``role_required``."""
    order = allowed_order(await find_order(house.pool, order_id), actor)
    return order if isinstance(order, Decline) else await priced(house, order)


async def priced(house: ClearingHouse, order: OrderView) -> PricedOrder:
    """An order with the price that was frozen at its submission, or a quote by the customer's tier of now."""
    if order.price_minor is None or order.face_minor is None or order.price_basis_points is None:
        lines = [WantedLine(each.product_id, each.denomination_minor, each.quantity) for each in order.lines]
        tier = await tier_of(house.pool, order.customer_id)
        return PricedOrder(order, OrderPrice.of(lines, tier.name, tier.price_basis_points), is_quote=True)
    principals_minor = tuple(each.principal_minor or 0 for each in order.lines)
    price = OrderPrice(order.tier, order.price_basis_points, principals_minor, order.face_minor, order.price_minor)
    return PricedOrder(order, price, is_quote=False)


async def list_orders(
    house: ClearingHouse, actor: Actor, wanted: WantedOrders, before: UUID | None, limit: int
) -> Page[OrderHead, UUID] | Decline:
    """A page of orders, the latest first; a customer's people see their own customer's whatever they ask for.

    Declines: ``role_required``; ``customer_not_found`` for a stranger's orders.
    """
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    if wanted.customer_id is not None and not actor.may_see(wanted.customer_id):
        return Decline.CUSTOMER_NOT_FOUND
    own = replace(wanted, customer_id=actor.customer_id or wanted.customer_id)
    return await read_page(house.pool, own, before, limit)


async def order_timeline(
    house: ClearingHouse, actor: Actor, order_id: UUID, after: UUID | None, limit: int
) -> Page[Step, UUID] | Decline:
    """A page of what happened to an order, the oldest first. Declines: ``order_not_found``, ``role_required``.

    A customer's people do not read what the operator's people are called: a name to ask for is what a swindler needs.
    """
    order = allowed_order(await find_order(house.pool, order_id), actor)
    if isinstance(order, Decline):
        return order
    page = await timeline_of(house.pool, order_id, after, limit)
    if actor.customer_id is None:
        return page
    shown = tuple(each if each.is_customers else replace(each, user_name=None) for each in page.items)
    return Page(shown, page.next_after)
