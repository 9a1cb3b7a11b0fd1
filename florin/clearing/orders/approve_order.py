"""Approve an order: consent by its hash to exactly what was submitted, by somebody else than whoever submitted it.

Above the limit that a customer has set, its own approver comes first. The last word is always the operator's, so an
order has two or three different people behind it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import allowed_order
from florin.clearing.orders.fund_what_waits import fund_what_waits
from florin.clearing.orders.submitted import require_unaltered_here
from florin.domain.declines import Decline
from florin.domain.order_life import OrderOperation, OrderStatus, permit
from florin.domain.people import Actor, Role, second_person
from florin.storage.audit_trail import Author
from florin.storage.corporate.customers import read_customer
from florin.storage.corporate.order_change import OrderChange, order_change
from florin.storage.corporate.orders import OrderView, find_order
from florin.storage.corporate.submissions import approve_finally, approve_for_customer

CHECKERS: Final = frozenset({Role.APPROVER, Role.MANAGER})
"""Who approves orders: a customer's approver, and our manager."""


@dataclass(frozen=True, slots=True)
class ApproveOrder:
    """Consent to the submission of that hash."""

    order_id: UUID
    submission_hash: bytes = field(repr=False)


async def approve_order(
    house: ClearingHouse, actor: Actor, command: ApproveOrder, now: datetime
) -> OrderView | Decline:
    """The order: still submitted when the operator's approval is missing, approved when none is, and then even funded.

    Declines, in this order: ``order_not_found``, ``role_required``, ``order_not_in_state``, ``order_changed`` for
    another hash than that of the last submission, ``approval_required`` for our manager before the customer's approver,
    ``role_required`` for an approver who is not asked, ``same_person``, ``customer_not_active``, ``order_altered``.
    """
    async with order_change(house.pool, command.order_id, Author(actor.session_id, now)) as change:
        order = allowed_order(change.order, actor, CHECKERS)
        if isinstance(order, Decline):
            return order
        refusal = _refusal(order, actor, command) or await _refused_by_rows(house, change, order)
        if refusal is not None:
            return refusal
        await _approve(change, order, actor)
    await fund_what_waits(house, order.customer_id)
    return await find_order(house.pool, command.order_id) or Decline.ORDER_NOT_FOUND


def _refusal(order: OrderView, actor: Actor, command: ApproveOrder) -> Decline | None:
    following = permit(OrderOperation.APPROVE, order.status)
    if isinstance(following, Decline):
        return following
    if command.submission_hash != order.submission_hash:
        return Decline.ORDER_CHANGED
    return (
        _refused_role(order, actor)
        or second_person(order.submitted_person, actor)
        or second_person(order.customer_approved_person, actor)
    )


def _refused_role(order: OrderView, actor: Actor) -> Decline | None:
    if _waits_for_customer(order):
        return None if actor.has(Role.APPROVER) else Decline.APPROVAL_REQUIRED
    return None if actor.has(Role.MANAGER) else Decline.ROLE_REQUIRED


def _waits_for_customer(order: OrderView) -> bool:
    return order.needs_customer_approval and order.customer_approved_person is None


async def _refused_by_rows(house: ClearingHouse, change: OrderChange, order: OrderView) -> Decline | None:
    customer = await read_customer(change.connection, order.customer_id)
    if customer is None or not customer.is_active:
        return Decline.CUSTOMER_NOT_ACTIVE
    return await require_unaltered_here(change.connection, house.vault, order)


async def _approve(change: OrderChange, order: OrderView, actor: Actor) -> None:
    told = {"submission_hash": (order.submission_hash or b"").hex()}
    if _waits_for_customer(order):
        await approve_for_customer(change.connection, order.id, actor, change.author.now)
        await change.record("order.approved_by_customer", order, told)
        return
    await approve_finally(change.connection, order.id, actor, change.author.now)
    await change.record("order.approved", order, told)
    await change.emit("order.approved", order, OrderStatus.APPROVED, told)
