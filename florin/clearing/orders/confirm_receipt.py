"""Confirm that the cards of an order have arrived: from then on they may be activated, and not before.

What has not left cannot have arrived, so that is asked first.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import allowed_order
from florin.clearing.orders.ask_replacements import (
    WITH_RECEIPT,
    NotReplaceable,
    known_cards,
    require_each_once,
    write_reports,
)
from florin.clearing.orders.leaving import has_left
from florin.clearing.orders.reported_card import settle_reported_cards
from florin.domain.declines import Decline
from florin.domain.order_life import OrderOperation, permit
from florin.domain.people import Actor, Role
from florin.domain.replacement import Replacement, ReportedCard
from florin.storage.audit_trail import Author
from florin.storage.corporate.order_change import OrderChange, order_change
from florin.storage.corporate.orders import OrderView, read_order, set_status
from florin.storage.corporate.replacements import replacements_of_key
from florin.storage.people.logins import CodeProof, spend_code

RECEIVERS: Final = frozenset({Role.BUYER})
"""Who confirms receipt: nobody of ours, who could have kept the cards."""


@dataclass(frozen=True, slots=True)
class ConfirmReceipt:
    """The order's cards are there, but for those that are ``missing_or_damaged``, which are replaced."""

    order_id: UUID
    missing_or_damaged: tuple[ReportedCard, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no list of cards."""
        require_each_once(self.missing_or_damaged)


@dataclass(frozen=True, slots=True)
class Received:
    """An order that is delivered, and the replacements of the cards that have not arrived well."""

    order: OrderView
    replacements: list[Replacement]


async def confirm_receipt(
    house: ClearingHouse, actor: Actor, command: ConfirmReceipt, proof: CodeProof, now: datetime
) -> Received | NotReplaceable | Decline:
    """The order, delivered.

    Declines: ``order_not_found``, ``role_required``, ``order_not_in_state``, ``delivery_incomplete`` until both files
    of the whole order were fetched or every card has its link, ``totp_code_incorrect`` when the code was used
    meanwhile.
    """
    async with order_change(house.pool, command.order_id, Author(actor.session_id, now)) as change:
        order = allowed_order(change.order, actor, RECEIVERS)
        if isinstance(order, Decline):
            return order
        confirmed = await _confirm(change, order, actor, command, proof)
    await settle_reported_cards(house, command.order_id)
    return confirmed


async def _confirm(
    change: OrderChange, order: OrderView, actor: Actor, command: ConfirmReceipt, proof: CodeProof
) -> Received | NotReplaceable | Decline:
    following = permit(OrderOperation.CONFIRM_RECEIPT, order.status)
    if isinstance(following, Decline):
        return following
    if not await has_left(change.connection, order):
        return Decline.DELIVERY_INCOMPLETE
    known = await known_cards(change.connection, order.id, command.missing_or_damaged)
    if isinstance(known, NotReplaceable):
        return known
    if not await spend_code(change.connection, proof):
        return Decline.TOTP_CODE_INCORRECT
    await set_status(change.connection, order.id, following, change.author.now)
    await change.record("order.delivered", order, {"missing_or_damaged": len(known)})
    await change.emit("order.delivered", order, following, {})
    await write_reports(change, order, actor, WITH_RECEIPT, known)
    delivered = await read_order(change.connection, order.id)
    if delivered is None:
        return Decline.ORDER_NOT_FOUND
    return Received(delivered, await replacements_of_key(change.connection, order.id, WITH_RECEIPT))
