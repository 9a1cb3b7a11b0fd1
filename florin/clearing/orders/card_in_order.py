"""A card of a corporate order as a posting decides on it: the card, its place, the order and the customer's money."""

from dataclasses import dataclass
from uuid import UUID

from florin.clearing.answers import Json
from florin.domain.card import Card
from florin.domain.chart import AccountCode
from florin.domain.corporate_order import CorporateOrder, OrderedCard
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.journal import StrictAccount
from florin.domain.order_life import OrderOperation, permit
from florin.domain.programme import Programme
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Wanted
from florin.storage.posting.working_rows import StaleFactsError


@dataclass(frozen=True, slots=True)
class CardInOrder:
    """A card and all that a decision on it changes."""

    card: Card
    place: OrderedCard
    order: CorporateOrder
    funding: StrictAccount
    programme: Programme


def order_as_caller(order_id: UUID, session_id: UUID, work_id: str) -> Caller:
    """Who asks for what is done to an order's cards in the background: the order itself.

    No client is an order, so no idempotency key of a client's can stand where a key of ours will. ``session_id`` is of
    whoever has asked for the work, and ``work_id`` what that person has asked for.
    """
    return Caller(order_id, session_id, None, work_id)


def wanted_card(customer_id: UUID, order_id: UUID, card_id: UUID, successor_id: UUID | None = None) -> Wanted:
    """What to lock for a decision on a customer's card."""
    return Wanted(card_id=card_id, other_card_id=successor_id, customer_id=customer_id, order_id=order_id)


def card_in_order(
    group: Group, customer_id: UUID, order_id: UUID, card_id: UUID, operation: OrderOperation
) -> CardInOrder | Decline:
    """The card, if it is one of that order of the customer's, and the order's status allows the operation.

    Declines: ``order_not_found``, also of a stranger's; ``card_not_found``; ``order_not_in_state``.
    """
    order = group.orders.get(order_id)
    if order is None or order.customer_id != customer_id:
        return Decline.ORDER_NOT_FOUND
    card, place = group.card(card_id), group.ordered_card(card_id)
    if card is None or place is None or place.order_id != order_id:
        return Decline.CARD_NOT_FOUND
    standing = permit(operation, order.status)
    if isinstance(standing, Decline):
        return standing
    funding = group.account(customer_id, AccountCode.CORPORATE_FUNDING)
    if funding is None:
        raise StaleFactsError("a customer without a funding account")
    return CardInOrder(card, place, order, funding, group.programme(order.programme_id))


def free_share(group: Group, chosen: CardInOrder) -> None:
    """Take what the order has reserved for the card off its reservation: it is spent next, or free again."""
    chosen.order.reserved_minor -= chosen.place.principal_minor
    group.reserve(chosen.funding, -chosen.place.principal_minor)
    group.orders.save(chosen.order)


def end_if_nothing_waits(group: Group, caller: Caller, order: CorporateOrder) -> None:
    """Complete an order when the last of its cards has been activated or given up.

    Every card that waits has a reservation, so an order without one has no such card. If none of its cards was ever
    activated, all of it was given up.
    """
    if order.reserved_minor:
        return
    operation, event = OrderOperation.COMPLETE, "order.activated"
    if not order.used_minor:
        operation, event = OrderOperation.CANCEL, "order.cancelled"
    following = permit(operation, order.status)
    if isinstance(following, Decline):
        return
    order.status = following
    group.orders.save(order)
    group.record(caller.actor_id, event, order.id, {})
    group.emit(event, order.id, order_event(order))


def order_event(order: CorporateOrder) -> Json:
    """What an event tells of an order."""
    return {
        "id": wire_id("order", order.id),
        "customer_id": wire_id("customer", order.customer_id),
        "status": str(order.status),
    }
