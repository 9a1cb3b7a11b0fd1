"""Whether somebody may see or change an order: asked here by every verb, and nowhere else.

To a customer's people the orders of other customers do not exist, so they hear of them what they hear of no order.
"""

from typing import Final

from florin.domain.declines import Decline
from florin.domain.people import Actor, Role
from florin.storage.corporate.orders import OrderView

READERS: Final = frozenset(Role) - {Role.ADMINISTRATOR}
"""Who sees orders: a customer's people their own customer's, the operator's people all."""

MAKERS: Final = frozenset({Role.BUYER, Role.OPERATOR})
"""Who makes and changes orders: a buyer, or our operator for a customer that asked by other means."""


def allowed_order(order: OrderView | None, actor: Actor, roles: frozenset[Role] = READERS) -> OrderView | Decline:
    """The order, if the actor may do what ``roles`` are for with it.

    Declines: ``order_not_found`` for none and for a stranger's, ``role_required`` without one of the roles.
    """
    if order is None or not actor.may_see(order.customer_id):
        return Decline.ORDER_NOT_FOUND
    return order if actor.has(*roles) else Decline.ROLE_REQUIRED
