"""Put another card in the place of one that is missing or damaged: from now on only the new number is worth anything.

The new card has been made already and waits as ``created``, in which it can neither be sold nor activated. This one
posting makes the old number dead and gives the new one its place, so no kill can leave both or none of them alive.
"""

from dataclasses import dataclass, field
from uuid import UUID

from florin.clearing.answers import Json, card_view, declined
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.card_in_order import CardInOrder, card_in_order, wanted_card
from florin.clearing.succession import move_whole_value, refused_succession, take_place
from florin.domain.card import Card
from florin.domain.card_life import CardOperation, CardStatus, permit
from florin.domain.card_selection import card_name
from florin.domain.corporate_order import OrderedCard
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.identity import Identity
from florin.domain.journal import InvariantBrokenError
from florin.domain.order_life import OrderOperation
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest


@dataclass(frozen=True, slots=True)
class ReplaceOrderedCard:
    """Put the card ``new_card_id`` in the place of ``old_card_id`` in a customer's order.

    ``is_approved``: a second person has agreed that value moves. ``holder`` is whoever holds a registered card that is
    active.
    """

    customer_id: UUID
    order_id: UUID
    old_card_id: UUID
    new_card_id: UUID
    is_approved: bool
    holder: Identity | None = field(default=None, repr=False)


def replace_ordered_card(house: ClearingHouse, caller: Caller, key: str, command: ReplaceOrderedCard) -> PostingRequest:
    """The request to be submitted; ``caller`` is `order_as_caller`."""

    def decide(group: Group) -> Outcome:
        chosen = card_in_order(
            group, command.customer_id, command.order_id, command.old_card_id, OrderOperation.REPLACE
        )
        if isinstance(chosen, Decline):
            return declined(chosen)
        following = permit(CardOperation.REPLACE, chosen.card.status, chosen.card.block, expired=False)
        if isinstance(following, Decline):
            return declined(following)
        new, place = _successor(group, command, chosen)
        if chosen.card.status is CardStatus.SOLD:
            journal_id = None
        elif not command.is_approved:
            return declined(Decline.APPROVAL_REQUIRED)
        elif (refusal := refused_succession(group, chosen.card)) is not None:
            return declined(refusal)
        else:
            journal_id = move_whole_value(group, chosen.card, new)
        take_place(group, house.vault, chosen.card, new, command.holder)
        answer = _answer(chosen, new, place, journal_id)
        group.record(caller.actor_id, "order.card_replaced", chosen.order.id, _places(chosen, place))
        payload = answer if journal_id is None else None
        group.emit("card.replaced", chosen.card.id, payload, journal_id)
        return Outcome(answer, journal_id=journal_id, subject_id=new.id)

    wanted = wanted_card(command.customer_id, command.order_id, command.old_card_id, command.new_card_id)
    return house.request(caller, key, "replace_ordered_card", command, wanted, decide)


def _successor(group: Group, command: ReplaceOrderedCard, chosen: CardInOrder) -> tuple[Card, OrderedCard]:
    new, place = group.card(command.new_card_id), group.ordered_card(command.new_card_id)
    if new is None or place is None or new.status is not CardStatus.CREATED or place.line != chosen.place.line:
        raise InvariantBrokenError(f"card {command.new_card_id} cannot take the place of another")
    return new, place


def _places(chosen: CardInOrder, new: OrderedCard) -> Json:
    old = chosen.place
    return {"card": card_name(old.line, old.serial), "successor": card_name(new.line, new.serial)}


def _answer(chosen: CardInOrder, new: Card, place: OrderedCard, journal_id: UUID | None) -> Json:
    return {
        "order_id": wire_id("order", chosen.order.id),
        **_places(chosen, place),
        "old_card": card_view(chosen.card, chosen.programme.unit),
        "new_card": card_view(new, chosen.programme.unit),
        "journal_id": None if journal_id is None else wire_id("journal", journal_id),
    }
