"""Deliveries as somebody may see them: those of the orders that he or she may see."""

from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import READERS, allowed_order
from florin.domain.declines import Decline
from florin.domain.delivery import Delivery
from florin.domain.people import Actor, Role
from florin.storage.corporate import deliveries
from florin.storage.corporate.orders import find_order


def allowed_delivery(delivery: Delivery | None, actor: Actor, roles: frozenset[Role] = READERS) -> Delivery | Decline:
    """The delivery, if the actor may do what ``roles`` are for with it.

    Declines: ``delivery_not_found`` for none and for a stranger's, ``role_required`` without one of the roles.
    """
    if delivery is None or not actor.may_see(delivery.customer_id):
        return Decline.DELIVERY_NOT_FOUND
    return delivery if actor.has(*roles) else Decline.ROLE_REQUIRED


async def find_delivery(
    house: ClearingHouse, actor: Actor, delivery_id: UUID, roles: frozenset[Role] = READERS
) -> Delivery | Decline:
    """The delivery as it stands now; the declines of `allowed_delivery`."""
    return allowed_delivery(await deliveries.find_delivery(house.pool, delivery_id), actor, roles)


async def list_deliveries(house: ClearingHouse, actor: Actor, order_id: UUID) -> list[Delivery] | Decline:
    """All deliveries of an order, the oldest first; the declines of `allowed_order`."""
    order = allowed_order(await find_order(house.pool, order_id), actor)
    if isinstance(order, Decline):
        return order
    return await deliveries.deliveries_of(house.pool, order_id)
