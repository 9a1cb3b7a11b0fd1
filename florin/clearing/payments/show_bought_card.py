"""Show a bought card: number, PIN and e-code of a card that a member has bought online, for its buyer alone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from florin.clearing.card_secrets import CardSecrets, open_secrets
from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.storage.audit_trail import Author
from florin.storage.payments.online_cards import BoughtCard, show_card
from florin.storage.payments.payments import find_payment
from florin.storage.posting.request import Caller


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card with its secrets."""

    card: BoughtCard
    secrets: CardSecrets


async def show_bought_card(
    house: ClearingHouse, caller: Caller, payment_id: UUID, now: datetime
) -> ShownCard | Decline:
    """The card; each time is on record with the session that has seen it.

    Declines: ``payment_not_found``, also for a stranger's; ``card_not_found`` for a payment that has brought no card.
    """
    payment = await find_payment(house.pool, payment_id)
    if payment is None or payment.member_id != caller.id:
        return Decline.PAYMENT_NOT_FOUND
    card = await show_card(house.pool, payment_id, Author(caller.actor_id, now))
    if card is None:
        return Decline.CARD_NOT_FOUND
    secrets = open_secrets(house.vault, card.id, card.key_id, card.number_encrypted, has_ecode=card.has_ecode)
    return ShownCard(card, secrets)
