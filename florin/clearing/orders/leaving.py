"""Whether cards of an order may leave now, as files or as links: asked under the order's lock by every way out."""

from florin.domain.corporate_order import DeliveryKind
from florin.domain.declines import Decline
from florin.domain.order_life import OrderOperation, permit
from florin.storage.connect import Connection
from florin.storage.corporate.customers import read_customer
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
