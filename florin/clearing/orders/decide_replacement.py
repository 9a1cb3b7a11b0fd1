"""Approve or refuse the replacement of a card that value or a person's claim hangs on: a second person's word."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import allowed_order
from florin.clearing.orders.reported_card import settle_reported_cards
from florin.domain.card_selection import card_name
from florin.domain.declines import Decline
from florin.domain.order_life import OrderOperation, permit
from florin.domain.people import Actor, Role, second_person
from florin.domain.replacement import Replacement, ReplacementStatus
from florin.storage.audit_trail import Author
from florin.storage.corporate.order_change import OrderChange, order_change
from florin.storage.corporate.orders import OrderView
from florin.storage.corporate.replacements import decide, read_replacement
from florin.storage.people.logins import CodeProof, spend_code

DECIDERS: Final = frozenset({Role.MANAGER})
"""Who decides."""

REFUSED_BY_MANAGER: Final = "not_approved"
"""Why a replacement was refused that a manager has said no to."""


@dataclass(frozen=True, slots=True)
class DecideReplacement:
    """A word on a replacement: yes, or no for a reason that is kept."""

    order_id: UUID
    replacement_id: UUID
    refused_because: str | None


async def decide_replacement(
    house: ClearingHouse, actor: Actor, command: DecideReplacement, proof: CodeProof, now: datetime
) -> Replacement | Decline:
    """The replacement after the word; one that was approved is being made from now on, after a no the card pays again.

    Declines: ``order_not_found``, ``role_required``, ``replacement_not_found``, ``replacement_decided``,
    ``same_person``, ``order_not_in_state``, ``totp_code_incorrect`` when the code was used meanwhile.
    """
    async with order_change(house.pool, command.order_id, Author(actor.session_id, now)) as change:
        order = allowed_order(change.order, actor, DECIDERS)
        if isinstance(order, Decline):
            return order
        decided = await _decide(change, order, actor, command, proof)
    await settle_reported_cards(house, command.order_id)
    return decided


async def _decide(
    change: OrderChange, order: OrderView, actor: Actor, command: DecideReplacement, proof: CodeProof
) -> Replacement | Decline:
    replacement = await read_replacement(change.connection, command.replacement_id)
    if replacement is None or replacement.order_id != order.id:
        return Decline.REPLACEMENT_NOT_FOUND
    if replacement.status is not ReplacementStatus.WAITING_FOR_APPROVAL:
        return Decline.REPLACEMENT_DECIDED
    standing = permit(OrderOperation.REPLACE, order.status)
    refusal = second_person(replacement.asked_person, actor) or (standing if isinstance(standing, Decline) else None)
    if refusal is not None:
        return refusal
    if not await spend_code(change.connection, proof):
        return Decline.TOTP_CODE_INCORRECT
    no = command.refused_because
    code = None if no is None else REFUSED_BY_MANAGER
    if not await decide(change.connection, replacement.id, actor, code, change.author.now):
        return Decline.REPLACEMENT_DECIDED
    detail = {"card": card_name(replacement.line, replacement.old_serial)}
    if no is None:
        await change.record("order.replacement_approved", order, detail)
    else:
        await change.record("order.replacement_refused", order, {**detail, "reason": no})
    return await read_replacement(change.connection, replacement.id) or Decline.REPLACEMENT_NOT_FOUND
