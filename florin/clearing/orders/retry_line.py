"""Try a failed line of an order once more, by itself: the lines that are made stay as they are."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import allowed_order
from florin.clearing.orders.drop_line import WHO_MAY
from florin.clearing.orders.submitted import require_unaltered
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.domain.order_line import LineStatus
from florin.domain.order_progress import OrderProgress
from florin.domain.people import Actor
from florin.storage.audit_trail import Author
from florin.storage.corporate.generation import write_waiting_again
from florin.storage.corporate.generation_progress import read_progress
from florin.storage.corporate.order_change import OrderChange, order_change
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
    refused = await require_unaltered(house, order.id)
    if refused is not None:
        return refused
    async with order_change(house.pool, order.id, Author(actor.session_id, now)) as change:
        refused = await _retry(change, command)
        if refused is not None:
            return refused
    return await read_progress(house.pool, command.order_id, now) or Decline.ORDER_NOT_FOUND


async def _retry(change: OrderChange, command: RetryLine) -> Decline | None:
    order = change.order
    if order is None:
        return Decline.ORDER_NOT_FOUND
    line = next((each for each in order.lines if each.line == command.line), None)
    if line is None:
        return Decline.LINE_NOT_FOUND
    # A line fails alone, but is tried again only when no other is being made: then the order stands still.
    if order.status is not OrderStatus.PARTIALLY_FAILED:
        return Decline.ORDER_NOT_IN_STATE
    if line.status != LineStatus.FAILED:
        return Decline.LINE_NOT_FAILED
    await write_waiting_again(change, order, line)
    return None
