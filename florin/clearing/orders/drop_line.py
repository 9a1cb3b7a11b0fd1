"""Give up a line of an order whose cards could not be made: its share of the money is free again, the rest goes on.

The order's price and the hash of its submission stay what was submitted and approved (ADR 0016); what the order still
reserves and has used says what it costs without the line. The line's cards, if any were made, are voided afterwards,
and only then is the order ready.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.answers import amount, declined
from florin.clearing.customers.reservation import release_reservation
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import allowed_order
from florin.clearing.orders.card_in_order import order_event
from florin.clearing.orders.submitted import require_unaltered
from florin.domain.corporate_order import CorporateOrder
from florin.domain.declines import Decline
from florin.domain.order_life import OrderOperation, permit
from florin.domain.order_line import GIVEN_UP, LineStatus, OrderedLine
from florin.domain.order_progress import OrderProgress
from florin.domain.people import Actor, Role
from florin.storage.corporate.generation_progress import read_progress
from florin.storage.corporate.orders import find_order
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest, Wanted

WHO_MAY: Final = frozenset({Role.OPERATOR, Role.MANAGER})


@dataclass(frozen=True, slots=True)
class DropLine:
    """Give up a failed line of an order."""

    order_id: UUID
    line: int


async def drop_line(
    house: ClearingHouse, actor: Actor, command: DropLine, now: datetime, request_id: str | None = None
) -> OrderProgress | Decline:
    """Drop a failed line and return how far the order is; of a line that is dropped already nothing more is freed.

    Declines: ``order_not_found``, ``role_required``, ``order_altered``; ``order_not_in_state`` unless lines of it have
    failed and none is being made; ``line_not_found``; ``line_not_failed``; ``last_line`` when no other line is left:
    such an order is cancelled.
    """
    order = allowed_order(await find_order(house.pool, command.order_id), actor, WHO_MAY)
    if isinstance(order, Decline):
        return order
    refused = await require_unaltered(house, order.id)
    if refused is not None:
        return refused
    caller = Caller(order.customer_id, actor.session_id, None, request_id)
    answer = await house.engine.submit(_request(house, caller, command))
    if answer.decline is not None:
        return answer.decline
    return await read_progress(house.pool, command.order_id, now) or Decline.ORDER_NOT_FOUND


def _request(house: ClearingHouse, caller: Caller, command: DropLine) -> PostingRequest:
    def decide(group: Group) -> Outcome:
        order = group.orders.get(command.order_id)
        if order is None:
            return declined(Decline.ORDER_NOT_FOUND)
        line = _line_to_drop(group, order, command.line)
        if isinstance(line, Decline):
            return declined(line)
        if line.status not in GIVEN_UP:
            _drop(group, caller, order, line)
        return Outcome({}, subject_id=order.id)

    # Without a key: whoever asks again finds the line dropped, and after a refusal may ask again when more is known.
    wanted = Wanted(customer_id=caller.id, order_id=command.order_id, order_lines=True)
    return house.request(caller, None, "drop_line", command, wanted, decide)


def _line_to_drop(group: Group, order: CorporateOrder, number: int) -> OrderedLine | Decline:
    lines = group.ordered_lines(order.id)
    line = next((each for each in lines if each.line == number), None)
    if line is None:
        return Decline.LINE_NOT_FOUND
    if line.status in GIVEN_UP:
        return line
    following = permit(OrderOperation.DROP_LINE, order.status)
    if isinstance(following, Decline):
        return following
    if line.status is not LineStatus.FAILED:
        return Decline.LINE_NOT_FAILED
    return Decline.LAST_LINE if all(each is line or each.status in GIVEN_UP for each in lines) else line


def _drop(group: Group, caller: Caller, order: CorporateOrder, line: OrderedLine) -> None:
    line.status, line.failure = LineStatus.DROPPING, None
    group.save_ordered_line(line)
    release_reservation(group, order, line.share_minor)
    released = amount(line.share_minor, group.programme(order.programme_id).unit)
    told = {"line": line.line, "released": released}
    group.record(caller.actor_id, "order.line_dropped", order.id, told)
    group.emit("order.line_dropped", order.id, {**order_event(order), **told})
