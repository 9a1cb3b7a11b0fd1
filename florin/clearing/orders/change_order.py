"""Change a draft: other lines, another kind of delivery."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import MAKERS, allowed_order
from florin.clearing.orders.draft_order import refused_products
from florin.domain.corporate_order import DeliveryKind
from florin.domain.declines import Decline
from florin.domain.order_life import OrderOperation, permit
from florin.domain.order_rules import WantedLine, require_lines
from florin.domain.people import Actor
from florin.storage.audit_trail import Author
from florin.storage.corporate.order_change import order_change
from florin.storage.corporate.order_drafts import set_delivery
from florin.storage.corporate.order_lines import replace_lines
from florin.storage.corporate.orders import OrderView, find_order


@dataclass(frozen=True, slots=True)
class ChangeOrder:
    """What a draft is to be from now on. The recipients of its lines so far go with those lines.

    `InvalidField` for lines that no order can have.
    """

    order_id: UUID
    delivery: DeliveryKind
    lines: tuple[WantedLine, ...]

    def __post_init__(self) -> None:
        """Refuse what no order can be."""
        require_lines(self.lines)


async def change_order(house: ClearingHouse, actor: Actor, command: ChangeOrder, now: datetime) -> OrderView | Decline:
    """The draft as it is now.

    Declines: ``order_not_found``, ``role_required``, ``order_not_in_state``, ``product_not_found``,
    ``denomination_not_offered``.
    """
    found = allowed_order(await find_order(house.pool, command.order_id), actor, MAKERS)
    if isinstance(found, Decline):
        return found
    refusal = await refused_products(house.pool, found.programme_id, command.lines)
    async with order_change(house.pool, command.order_id, Author(actor.session_id, now)) as change:
        order = allowed_order(change.order, actor, MAKERS)
        if isinstance(order, Decline):
            return order
        following = permit(OrderOperation.CHANGE, order.status)
        if isinstance(following, Decline):
            return following
        if refusal is not None:
            return refusal
        await set_delivery(change.connection, order.id, command.delivery)
        await replace_lines(change.connection, order.id, command.lines)
        detail = {"lines": len(command.lines), "delivery": command.delivery.value}
        await change.record("order.changed", order, detail)
    return await find_order(house.pool, command.order_id) or Decline.ORDER_NOT_FOUND
