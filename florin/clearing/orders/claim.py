"""Claim a card by its link: whoever holds the link sees what it is for, and then, once, the card's secrets.

A token that was never sent, or that a later sending has replaced, gets one answer and counts as a guess. Whoever holds
a link that was really sent is told what became of it: there is nothing to be guessed in 128 bits, and a recipient whose
card somebody else has taken must hear of it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from florin.clearing.card_secrets import CardSecrets, open_secrets
from florin.clearing.house import ClearingHouse
from florin.clearing.throttled import by_address, in_total
from florin.crypto.claim_tokens import is_claim_token
from florin.crypto.vault import Vault
from florin.domain.card_life import CardStatus
from florin.domain.declines import Decline
from florin.domain.throttle_rules import CLAIM_BY_ADDRESS, CLAIM_IN_TOTAL, RateLimited
from florin.storage.corporate.claim_links import LinkedCard, claim_link, find_linked_card
from florin.storage.corporate.link_sendings import LINKED
from florin.storage.people.throttle import admit, give_back


@dataclass(frozen=True, slots=True)
class ClaimPreview:
    """What a link is for: face value in minor units, and whether the card can be paid with already."""

    programme_name: str
    sender: str
    denomination_minor: int
    unit: str
    is_active: bool
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ClaimedCard:
    """A card with its secrets, which are shown this once. It is worth nothing until it is active."""

    preview: ClaimPreview
    secrets: CardSecrets
    card_expires_on: date | None


async def preview_claim(
    house: ClearingHouse, token: str, address: str, now: datetime
) -> ClaimPreview | Decline | RateLimited:
    """What the link is for; it is not used up by that.

    Declines: ``link_not_accepted``, ``link_claimed``, ``link_expired``, ``rate_limited``.
    """
    card = await _linked_card(house, token, address, now)
    return _preview(card) if isinstance(card, LinkedCard) else card


async def claim(house: ClearingHouse, token: str, address: str, now: datetime) -> ClaimedCard | Decline | RateLimited:
    """The card's secrets; the link is used up, and of many who use it at once one gets them.

    Declines: those of `preview_claim`.
    """
    card = await _linked_card(house, token, address, now)
    if not isinstance(card, LinkedCard):
        return card
    # The secrets are opened first: a card that cannot be opened must not use its link up.
    claimed = _opened(house.vault, card)
    if await claim_link(house.pool, house.vault.claim_token_index.of(token), now):
        return claimed
    again = await _linked_card(house, token, address, now)
    return Decline.LINK_CLAIMED if isinstance(again, LinkedCard) else again


async def _linked_card(
    house: ClearingHouse, token: str, address: str, now: datetime
) -> LinkedCard | Decline | RateLimited:
    charges = [by_address(house.vault, CLAIM_BY_ADDRESS, address), in_total(CLAIM_IN_TOTAL)]
    limited = await admit(house.pool, charges, now)
    if limited is not None:
        return limited
    # A text that cannot be a token is not looked up.
    index = house.vault.claim_token_index.of(token) if is_claim_token(token) else None
    card = None if index is None else await find_linked_card(house.pool, index)
    if card is None:
        return Decline.LINK_NOT_ACCEPTED
    await give_back(house.pool, charges, now)
    return _refusal(card, now) or card


def _refusal(card: LinkedCard, now: datetime) -> Decline | None:
    if card.claimed_at is not None:
        return Decline.LINK_CLAIMED
    # A card that was voided or replaced is nobody's any more.
    if card.expires_at <= now or card.card_status not in LINKED:
        return Decline.LINK_EXPIRED
    return None


def _preview(card: LinkedCard) -> ClaimPreview:
    is_active = card.card_status == CardStatus.ACTIVE
    return ClaimPreview(
        card.programme_name, card.sender, card.denomination_minor, card.unit, is_active, card.expires_at
    )


def _opened(vault: Vault, card: LinkedCard) -> ClaimedCard:
    secrets = open_secrets(vault, card.card_id, card.key_id, card.number_encrypted, has_ecode=card.has_ecode)
    return ClaimedCard(_preview(card), secrets, card.expires_on)
