"""Whose account it is that is to be closed: what is on record of a member, or of a registered card's holder."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import msgspec

from florin.clearing.house import ClearingHouse
from florin.clearing.membership.read_profile import read_profile
from florin.domain.bank_account import same_name
from florin.domain.declines import Decline
from florin.domain.identity import Identity
from florin.domain.programme import ProductKind
from florin.storage.cards.cards import find_card
from florin.storage.closures.closures import sealed_holder_of


@dataclass(frozen=True, slots=True)
class Holder:
    """A holder with the document on record, None where nobody has shown one.

    ``mail`` is where a code may go, ``has_totp`` whether an authenticator's codes are on.
    """

    identity: Identity | None
    mail: str | None = field(repr=False)
    has_totp: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody shows at the desk who wants a card to be closed, and where the code for it is to go."""

    identity: Identity
    mail: str = field(repr=False)


async def member_to_close(house: ClearingHouse, member_id: UUID) -> Holder | Decline:
    """The member, in whatever status: that is asked under the locks. ``member_not_found``."""
    profile = await read_profile(house, member_id)
    if profile is None:
        return Decline.MEMBER_NOT_FOUND
    return Holder(profile.identity, profile.mail, profile.totp_on)


async def card_to_close(house: ClearingHouse, card_id: UUID, shown: Shown, now: datetime) -> Holder | Decline:
    """The holder of a registered card, who has shown the document that the card was bought with.

    Its status is asked under the locks. Declines: ``card_not_found``, ``card_not_registered``, ``identity_differs``.
    """
    known = await known_holder(house, card_id, now)
    if isinstance(known, Decline):
        return known
    is_theirs = is_same_holder(known, shown.identity)
    return Holder(known, shown.mail, has_totp=False) if is_theirs else Decline.IDENTITY_DIFFERS


async def known_holder(house: ClearingHouse, card_id: UUID, now: datetime) -> Identity | Decline:
    """Who is on record as holding a registered card. Declines: ``card_not_found``, ``card_not_registered``."""
    found = await find_card(house.pool, card_id, now)
    if found is None:
        return Decline.CARD_NOT_FOUND
    catalogue = await house.engine.current_catalogue()
    sealed = await sealed_holder_of(house.pool, card_id)
    if catalogue.products[found.card.product_id].kind is not ProductKind.REGISTERED_GIFT or sealed is None:
        return Decline.CARD_NOT_REGISTERED
    return msgspec.json.decode(house.vault.card_identities.open(sealed, card_id.bytes), type=Identity)


def is_same_holder(known: Identity, shown: Identity) -> bool:
    """Whether what is shown is what is on record: the same document, and the same name."""
    documents = [(each.document_kind, each.document_number) for each in (known, shown)]
    return documents[0] == documents[1] and same_name(known.name, shown.name)
