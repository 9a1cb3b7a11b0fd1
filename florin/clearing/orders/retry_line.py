"""Try a failed line of an order once more, by itself: the lines that are made stay as they are."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import allowed_order
from florin.clearing.orders.drop_line import WHO_MAY
from florin.clearing.orders.submitted import require_unaltered
from florin.domain.declines import Decline
from florin.domain.order_progress import OrderProgress
from florin.domain.people import Actor
from florin.storage.audit_trail import Author
from florin.storage.corporate.generation import wait_again
from florin.storage.corporate.generation_progress import read_progress
from florin.storage.corporate.orders import find_order


@dataclass(frozen=True, slots=True)
class RetryLine:
    """Make the cards of a failed line, or those that it still wants."""

    order_id: UUID
    line: int


async def retry_line(house: ClearingHouse, actor: Actor, command: RetryLine, now: datetime) -> OrderProgress | Decline:
    """Let a failed line wait for its cards again, and return how far the order is; the service makes them by itself.

    Declines: ``order_not_found``, ``role_required``, ``order_altered``; ``order_not_in_state`` unless lines of it have
    failed and none is being made; ``line_not_found``; ``line_not_failed``.
    """
    order = allowed_order(await find_order(house.pool, command.order_id), actor, WHO_MAY)
    if isinstance(order, Decline):
        return order
    author = Author(actor.session_id, now)
    refused = await require_unaltered(house, order.id) or await wait_again(house.pool, order.id, command.line, author)
    if refused is not None:
        return refused
    return await read_progress(house.pool, command.order_id, now) or Decline.ORDER_NOT_FOUND
