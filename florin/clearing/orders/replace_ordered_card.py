"""Put another card in the place of one that is missing or damaged: from now on only the new number is worth anything.

The new card has been made already and waits as ``created``, in which it can neither be sold nor activated. This one
posting makes the old number dead and gives the new one its place, so no kill can leave both or none of them alive.
"""

from dataclasses import dataclass, field
from uuid import UUID

from florin.clearing.activate import sealed_holder
from florin.clearing.answers import Json, card_view, declined
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.card_in_order import CardInOrder, card_in_order, wanted_card
from florin.clearing.payer import Payer, card_payer
from florin.domain.card import Card
from florin.domain.card_life import CardOperation, CardStatus, permit
from florin.domain.card_selection import card_name
from florin.domain.chart import AccountCode, Event
from florin.domain.corporate_order import OrderedCard
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.identity import Identity
from florin.domain.journal import FlowAccount, InvariantBrokenError, Movement
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
        elif (refusal := _refused_move(group, command, chosen.card)) is not None:
            return declined(refusal)
        else:
            journal_id = _move(group, chosen, new)
        _take_place(group, house, command, chosen.card, new)
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


def _refused_move(group: Group, command: ReplaceOrderedCard, old: Card) -> Decline | None:
    if not command.is_approved:
        return Decline.APPROVAL_REQUIRED
    payer = card_payer(group, old)
    if payer.available.total_minor != payer.balance_minor:
        return Decline.OPEN_HOLDS
    return Decline.INSUFFICIENT_FUNDS if payer.balance_minor == 0 else None


def _move(group: Group, chosen: CardInOrder, new: Card) -> UUID:
    """Move all that is left, each lot to the same lot."""
    source, target = card_payer(group, chosen.card), card_payer(group, new)
    return group.post(Event.CARD_REPLACED, chosen.programme, _movements(group, source, target))


def _movements(group: Group, source: Payer, target: Payer) -> list[Movement]:
    clearing = FlowAccount(AccountCode.TRANSFER_CLEARING, source.programme.id)
    movements: list[Movement] = []
    if source.principal.balance_minor:
        amount_minor = source.principal.balance_minor
        movements += [(amount_minor, source.principal, clearing), (amount_minor, clearing, target.principal)]
    if source.bonus is not None and source.bonus.balance_minor:
        bonus = group.account_to_credit(target.principal, AccountCode.CARD_BONUS)
        amount_minor = source.bonus.balance_minor
        movements += [(amount_minor, source.bonus, clearing), (amount_minor, clearing, bonus)]
    return movements


def _take_place(group: Group, house: ClearingHouse, command: ReplaceOrderedCard, old: Card, new: Card) -> None:
    new.status, new.expires_on = old.status, old.expires_on
    new.sold_by, new.sold_at = old.sold_by, old.sold_at
    if old.status is CardStatus.ACTIVE:
        new.activated_at = group.now
        if command.holder is not None:
            group.add_holder(sealed_holder(group, house.vault, new, command.holder))
    old.status, old.ended_at = CardStatus.REPLACED, group.now
    group.save_card(old)
    group.save_card(new)


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
