"""Return a submitted order: its makers take it back, or a checker refuses it; it becomes a draft again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import MAKERS, allowed_order
from florin.clearing.orders.approve_order import CHECKERS
from florin.domain.declines import Decline
from florin.domain.order_life import OrderOperation, permit
from florin.domain.order_rules import require_reason
from florin.domain.people import Actor
from florin.storage.audit_trail import Author
from florin.storage.corporate.order_change import order_change
from florin.storage.corporate.order_lines import forget_prices
from florin.storage.corporate.orders import OrderView, find_order
from florin.storage.corporate.submissions import forget_submission

WHO_MAY: Final = MAKERS | CHECKERS


@dataclass(frozen=True, slots=True)
class ReturnOrder:
    """Give an order back to its makers, and say why. `InvalidField` for a reason that says nothing."""

    order_id: UUID
    reason: str

    def __post_init__(self) -> None:
        """Refuse an empty or endless reason."""
        require_reason(self.reason)


async def return_order(house: ClearingHouse, actor: Actor, command: ReturnOrder, now: datetime) -> OrderView | Decline:
    """The order as a draft, of which nothing is frozen or approved any more.

    Declines: ``order_not_found``, ``role_required``, ``order_not_in_state``.
    """
    async with order_change(house.pool, command.order_id, Author(actor.session_id, now)) as change:
        order = allowed_order(change.order, actor, WHO_MAY)
        if isinstance(order, Decline):
            return order
        following = permit(OrderOperation.RETURN, order.status)
        if isinstance(following, Decline):
            return following
        await forget_submission(change.connection, order.id)
        await forget_prices(change.connection, order.id)
        await change.record("order.returned", order, {"reason": command.reason})
        await change.emit("order.returned", order, following, {"reason": command.reason})
    return await find_order(house.pool, command.order_id) or Decline.ORDER_NOT_FOUND
