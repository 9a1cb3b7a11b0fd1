"""Give up one card of a corporate order that was never activated: it is void, and its share of the money is free."""

from dataclasses import dataclass
from uuid import UUID

from florin.clearing.answers import card_view, declined
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.card_in_order import card_in_order, end_if_nothing_waits, free_share, wanted_card
from florin.domain.card_life import CardOperation, CardStatus, permit
from florin.domain.declines import Decline
from florin.domain.order_life import OrderOperation
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest


@dataclass(frozen=True, slots=True)
class RecallOrderedCard:
    """Destroy a card of a customer's order that waits for its activation."""

    customer_id: UUID
    order_id: UUID
    card_id: UUID


def recall_ordered_card(house: ClearingHouse, caller: Caller, key: str, command: RecallOrderedCard) -> PostingRequest:
    """The request to be submitted; ``caller`` is `order_as_caller`."""

    def decide(group: Group) -> Outcome:
        card = group.card(command.card_id)
        if card is not None and card.status is CardStatus.VOIDED and card.sold_by == command.customer_id:
            # Also when its order was ended by it: whoever names a card twice hears that of the card.
            return declined(Decline.CARD_NOT_VOIDABLE, status=card.status)
        chosen = card_in_order(group, command.customer_id, command.order_id, command.card_id, OrderOperation.VOID_CARDS)
        if isinstance(chosen, Decline):
            return declined(chosen)
        card = chosen.card
        following = permit(CardOperation.RECALL, card.status, card.block, expired=False)
        if isinstance(following, Decline):
            return declined(following, status=card.status)
        card.status, card.ended_at = following, group.now
        group.save_card(card)
        free_share(group, chosen)
        answer = card_view(card, chosen.programme.unit)
        group.emit("card.voided", card.id, answer)
        end_if_nothing_waits(group, caller, chosen.order)
        return Outcome(answer, subject_id=card.id)

    wanted = wanted_card(command.customer_id, command.order_id, command.card_id)
    return house.request(caller, key, "recall_ordered_card", command, wanted, decide)
