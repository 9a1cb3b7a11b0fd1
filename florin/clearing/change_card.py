"""Block, unblock and void: what an operator does to a card outside the book, with a reason that is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from florin.clearing.answers import card_view, declined, operators_card_view
from florin.clearing.house import ClearingHouse
from florin.domain.card import Card
from florin.domain.card_life import CardBlock, CardOperation, CardStatus, permit
from florin.domain.declines import Decline
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest, Wanted


@dataclass(frozen=True, slots=True)
class BlockCommand:
    """Stop debits, credits or both on a card."""

    card_id: UUID
    block: CardBlock
    reason: str


@dataclass(frozen=True, slots=True)
class UnblockCommand:
    """Lift whatever block a card has."""

    card_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class VoidCardCommand:
    """Destroy an unsold card."""

    card_id: UUID
    reason: str


def block_card(house: ClearingHouse, caller: Caller, command: BlockCommand) -> PostingRequest:
    """The request to be submitted."""

    def change(card: Card, _: CardStatus) -> None:
        card.block, card.block_reason = command.block, command.reason

    return _request(house, caller, command, CardOperation.BLOCK, "card.blocked", change)


def unblock_card(house: ClearingHouse, caller: Caller, command: UnblockCommand) -> PostingRequest:
    """The request to be submitted; it also opens a card that wrong PINs have locked."""

    def change(card: Card, _: CardStatus) -> None:
        card.block, card.block_reason = CardBlock.NONE, None
        card.pin_failures, card.pin_locked_until = 0, None

    return _request(house, caller, command, CardOperation.UNBLOCK, "card.unblocked", change)


def void_card(house: ClearingHouse, caller: Caller, command: VoidCardCommand) -> PostingRequest:
    """The request to be submitted."""

    def change(card: Card, following: CardStatus) -> None:
        card.status = following

    return _request(house, caller, command, CardOperation.VOID, "card.voided", change)


def card_permitting(group: Group, card_id: UUID, operation: CardOperation) -> tuple[Card, CardStatus] | Decline:
    """The card and the status that the operation leads to; ``card_not_found``, or why its life does not permit it."""
    card = group.card(card_id)
    if card is None:
        return Decline.CARD_NOT_FOUND
    following = permit(operation, card.status, card.block, expired=False)
    return following if isinstance(following, Decline) else (card, following)


def _request(
    house: ClearingHouse,
    caller: Caller,
    command: BlockCommand | UnblockCommand | VoidCardCommand,
    operation: CardOperation,
    event: str,
    change: Callable[[Card, CardStatus], None],
) -> PostingRequest:
    def decide(group: Group) -> Outcome:
        found = card_permitting(group, command.card_id, operation)
        if isinstance(found, Decline):
            return declined(found)
        card, following = found
        before = {"status": card.status, "block": card.block}
        change(card, following)
        if operation is CardOperation.VOID:
            card.ended_at = group.now
        group.save_card(card)
        unit = group.programme(card.programme_id).unit
        group.record(caller.actor_id, event, card.id, {"before": before, "reason": command.reason})
        group.emit(event, card.id, card_view(card, unit))
        return Outcome(operators_card_view(card, unit), subject_id=card.id)

    return house.request(caller, None, str(operation), command, Wanted(card_id=command.card_id), decide)
