"""Inquire: the balance of a card for whoever knows its number and PIN, or its e-code."""

from florin.clearing.answers import card_view, declined, funds_of
from florin.clearing.house import ClearingHouse
from florin.clearing.payer import CardAndPin, CardEcode, identify, refused_by_life, wanted_of
from florin.domain.card_life import CardOperation
from florin.domain.declines import Decline
from florin.domain.member_life import MemberOperation
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest


def inquire(house: ClearingHouse, caller: Caller, card: CardAndPin | CardEcode) -> PostingRequest:
    """The request to be submitted; it has no key because it moves nothing, but wrong PINs are counted."""
    wanted = wanted_of(house.vault, card)

    def decide(group: Group) -> Outcome:
        payer = identify(group, house.vault, card, wanted)
        if isinstance(payer, Decline):
            return declined(payer)
        refusal = refused_by_life(group, payer, CardOperation.INQUIRE, MemberOperation.INQUIRE)
        if refusal is not None or payer.card is None:
            return declined(refusal or Decline.CARD_NOT_ACCEPTED)
        view = card_view(payer.card, payer.programme.unit)
        return Outcome({**view, **funds_of(payer)}, subject_id=payer.owner_id)

    return house.request(caller, None, "inquire", card, wanted, decide)
