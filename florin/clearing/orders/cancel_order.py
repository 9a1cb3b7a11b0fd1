"""Cancel an order: give it up whole. What it has reserved is free funding again, and its cards are void.

Until the order is approved this concerns no money, and only its row is locked. From its funding on the posting engine
decides, under the lock of the customer's funding account. The cards are voided afterwards in the background
(`florin.storage.corporate.given_up_cards`): an order that is cancelled activates none of them meanwhile.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.answers import amount, declined
from florin.clearing.customers.reservation import release_reservation
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import MAKERS, allowed_order
from florin.clearing.orders.card_in_order import order_event
from florin.clearing.orders.fund_what_waits import fund_what_waits
from florin.domain.corporate_order import CorporateOrder
from florin.domain.declines import Decline
from florin.domain.order_life import OrderOperation, OrderStatus, permit
from florin.domain.order_rules import require_reason
from florin.domain.people import Actor, Role
from florin.storage.audit_trail import Author
from florin.storage.corporate.order_change import order_change
from florin.storage.corporate.orders import OrderView, find_order, set_status
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, Wanted

WHO_MAY: Final = MAKERS | {Role.MANAGER}
BEFORE_MONEY: Final = frozenset({OrderStatus.DRAFT, OrderStatus.SUBMITTED, OrderStatus.APPROVED})
"""In these an order has nothing reserved."""

_A_BUYER_CANCELS: Final = frozenset({OrderStatus.DRAFT, OrderStatus.SUBMITTED})


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Give an order up, and say why. `InvalidField` for a reason that says nothing."""

    order_id: UUID
    reason: str

    def __post_init__(self) -> None:
        """Refuse an empty or endless reason."""
        require_reason(self.reason)


async def cancel_order(
    house: ClearingHouse, actor: Actor, command: CancelOrder, now: datetime, request_id: str | None = None
) -> OrderView | Decline:
    """The order, cancelled.

    Declines: ``order_not_found``; ``role_required``, also for a buyer once the order is approved;
    ``order_not_in_state``; ``cards_activated`` when any of its cards has been activated.
    """
    order = allowed_order(await find_order(house.pool, command.order_id), actor, WHO_MAY)
    if isinstance(order, Decline):
        return order
    standing = await _give_up(house, actor, command, now)
    if isinstance(standing, Decline):
        return standing
    if standing is not OrderStatus.CANCELLED:
        refusal = await _release(house, actor, order, command, request_id)
        if refusal is not None:
            return refusal
    return await find_order(house.pool, command.order_id) or Decline.ORDER_NOT_FOUND


def _following(actor: Actor, status: OrderStatus) -> OrderStatus | Decline:
    following = permit(OrderOperation.CANCEL, status)
    if isinstance(following, Decline):
        # Before the role: nobody else could do it either.
        return following
    if not actor.has(Role.OPERATOR, Role.MANAGER) and status not in _A_BUYER_CANCELS:
        return Decline.ROLE_REQUIRED
    return following


async def _give_up(house: ClearingHouse, actor: Actor, command: CancelOrder, now: datetime) -> OrderStatus | Decline:
    """Cancel an order that has nothing reserved, leave one that has as it is, and say where it stands then."""
    async with order_change(house.pool, command.order_id, Author(actor.session_id, now)) as change:
        order = allowed_order(change.order, actor, WHO_MAY)
        if isinstance(order, Decline):
            return order
        following = _following(actor, order.status)
        if isinstance(following, Decline):
            return following
        if order.status not in BEFORE_MONEY:
            return order.status
        await set_status(change.connection, order.id, following, now)
        await change.record("order.cancelled", order, {"reason": command.reason})
        await change.emit("order.cancelled", order, following, {"reason": command.reason})
        return following


async def _release(
    house: ClearingHouse, actor: Actor, order: OrderView, command: CancelOrder, request_id: str | None
) -> Decline | None:
    def decide(group: Group) -> Outcome:
        found = group.orders.get(command.order_id)
        if found is None:
            return declined(Decline.ORDER_NOT_FOUND)
        following = _following(actor, found.status)
        if isinstance(following, Decline):
            return declined(following)
        if found.used_minor:
            return declined(Decline.CARDS_ACTIVATED)
        _cancel(group, caller, found, following, command.reason)
        return Outcome({}, subject_id=found.id)

    caller = Caller(order.customer_id, actor.session_id, None, request_id)
    wanted = Wanted(customer_id=order.customer_id, order_id=order.id)
    # Without a key: no money is posted, and after a refusal the order may come where it can be cancelled.
    answer = await house.engine.submit(house.request(caller, None, "cancel_order", command, wanted, decide))
    if answer.decline is None:
        await fund_what_waits(house, order.customer_id)
    return answer.decline


def _cancel(group: Group, caller: Caller, order: CorporateOrder, following: OrderStatus, reason: str) -> None:
    told = {"reason": reason, "released": amount(order.reserved_minor, group.programme(order.programme_id).unit)}
    order.status = following
    release_reservation(group, order, order.reserved_minor)
    group.record(caller.actor_id, "order.cancelled", order.id, told)
    group.emit("order.cancelled", order.id, {**order_event(order), **told})
