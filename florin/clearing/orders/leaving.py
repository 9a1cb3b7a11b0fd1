"""Whether cards of an order may leave now, and whether all of them have: asked under the order's lock.

Whatever leaves an order does so by its file or by its link. A file of the whole order has every card that is not in use
yet, so a card that was activated before would be in no file any more: nothing is activated until all have left. A card
that replaces another comes later and is delivered by its name, in use or not, so it holds up nobody.
"""

from florin.domain.corporate_order import DeliveryKind
from florin.domain.declines import Decline
from florin.domain.delivery import DeliveryPart
from florin.domain.order_life import OrderOperation, permit
from florin.storage.connect import Connection
from florin.storage.corporate.customers import read_customer
from florin.storage.corporate.deliveries import parts_fetched
from florin.storage.corporate.link_sendings import count_unsent
from florin.storage.corporate.orders import OrderView


async def refused_to_leave(
    connection: Connection, order: OrderView, kind: DeliveryKind | None = None
) -> Decline | None:
    """Why no card of the order may leave; None when they may.

    Declines: ``customer_not_active``; ``order_not_in_state`` until all cards are made; ``delivered_otherwise`` where
    the order's cards leave in another way than ``kind``.
    """
    customer = await read_customer(connection, order.customer_id)
    if customer is None or not customer.is_active:
        return Decline.CUSTOMER_NOT_ACTIVE
    standing = permit(OrderOperation.DELIVER, order.status)
    if isinstance(standing, Decline):
        return standing
    return None if kind in (None, order.delivery) else Decline.DELIVERED_OTHERWISE


async def has_left(connection: Connection, order: OrderView) -> bool:
    """Whether every card of the order has left: in both files of the whole order, or each by its link."""
    match order.delivery:
        case DeliveryKind.FILES:
            return await parts_fetched(connection, order.id) == frozenset(DeliveryPart)
        case DeliveryKind.LINKS:
            return not await count_unsent(connection, order.id)
