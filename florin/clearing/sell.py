"""Sell: hand a card over ahead of its activation; it is still worth nothing."""

from dataclasses import dataclass, field

from florin.clearing.activate import card_to_sell
from florin.clearing.answers import card_view, declined
from florin.clearing.house import ClearingHouse
from florin.domain.card_life import CardOperation, is_expired, permit
from florin.domain.card_number import normalise
from florin.domain.declines import Decline
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest, Wanted


@dataclass(frozen=True, slots=True)
class SellCommand:
    """Mark the card of that number as sold by the calling merchant, who alone may activate it then."""

    number: str = field(repr=False)
    reference: str


def sell(house: ClearingHouse, caller: Caller, key: str, command: SellCommand) -> PostingRequest:
    """The request to be submitted; ``caller`` is the merchant that sells."""
    wanted = Wanted(number_index=house.vault.numbers.of(normalise(command.number)))

    def decide(group: Group) -> Outcome:
        card = card_to_sell(group, caller, wanted)
        if isinstance(card, Decline):
            return declined(card)
        programme = group.programme(card.programme_id)
        expired = is_expired(card.expires_on, group.business_date(programme))
        following = permit(CardOperation.SELL, card.status, card.block, expired=expired)
        if isinstance(following, Decline):
            return declined(following)
        card.status, card.sold_by, card.sold_at = following, caller.id, group.now
        group.save_card(card)
        return Outcome({**card_view(card, programme.unit), "reference": command.reference}, subject_id=card.id)

    return house.request(caller, key, "sell", command, wanted, decide, reference=command.reference)
