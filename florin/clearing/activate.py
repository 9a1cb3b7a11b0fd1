"""Activate: a till sells a card, and from this moment it is worth its face value."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

import msgspec

from florin.clearing.answers import card_view, declined, funds_of
from florin.clearing.house import ClearingHouse
from florin.clearing.payer import card_payer
from florin.crypto.vault import Vault
from florin.domain.card import Card
from florin.domain.card_life import CardOperation, CardStatus, is_expired, permit
from florin.domain.card_number import normalise
from florin.domain.chart import AccountCode, Event
from florin.domain.declines import Decline
from florin.domain.faces import holding_of
from florin.domain.identifiers import wire_id
from florin.domain.identity import Identity
from florin.domain.journal import FlowAccount
from florin.domain.policy.catalogue import PACKS, PackName
from florin.domain.policy.facts import Holding, Sale
from florin.domain.policy.pack import decide as consult_policy
from florin.domain.policy.pack import expiry_on
from florin.domain.policy.verdict import Allow
from florin.domain.programme import Product, Programme
from florin.storage.cards.cards import add_up_faces
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest, Wanted
from florin.storage.posting.rows import HolderRow


@dataclass(frozen=True, slots=True)
class ActivateCommand:
    """Sell and switch on the card of that number; a registered card needs its holder's identity.

    Of a bearer card it is the buyer's, where the programme's policy wants one.
    """

    number: str = field(repr=False)
    reference: str
    holder: Identity | None = None


AtOnce = Mapping[UUID, int]
"""What one buyer buys of bearer cards at once without giving a name: minor units by programme."""

ALONE: Final[AtOnce] = MappingProxyType({})
"""A card that is sold by itself."""


async def bought_at_once(house: ClearingHouse, numbers: Iterable[str]) -> AtOnce:
    """What the bearer cards of those numbers add up to when they are sold in one list to a buyer without a name."""
    at_once: Counter[UUID] = Counter()
    for faces in await add_up_faces(house.pool, [house.vault.numbers.of(normalise(number)) for number in numbers]):
        if holding_of(faces.kind) is Holding.BEARER:
            at_once[faces.programme_id] += faces.total_minor
    return at_once


def activate(
    house: ClearingHouse, caller: Caller, key: str, command: ActivateCommand, at_once: AtOnce = ALONE
) -> PostingRequest:
    """The request to be submitted; ``caller`` is the merchant that sells, ``at_once`` what is sold along with it.

    What is sold along is no part of the request: the same item alone, or in another list, is its repetition.
    """
    wanted = Wanted(number_index=house.vault.numbers.of(normalise(command.number)))

    def decide(group: Group) -> Outcome:
        return _decide(group, house.vault, caller, command, wanted, at_once)

    return house.request(caller, key, "activate", command, wanted, decide, reference=command.reference)


def _decide(
    group: Group, vault: Vault, caller: Caller, command: ActivateCommand, wanted: Wanted, at_once: AtOnce
) -> Outcome:
    card = card_to_sell(group, caller, wanted)
    if isinstance(card, Decline):
        return declined(card)
    programme, product = group.programme(card.programme_id), group.catalogue.products[card.product_id]
    following = permit(
        CardOperation.ACTIVATE,
        card.status,
        card.block,
        expired=is_expired(card.expires_on, group.business_date(programme)),
    )
    if isinstance(following, Decline):
        return declined(following)
    if card.status is CardStatus.SOLD and card.sold_by != caller.id:
        return declined(Decline.CARD_NOT_SELLABLE)
    known = command.holder is not None
    total_minor = card.denomination_minor if known else max(card.denomination_minor, at_once.get(programme.id, 0))
    refusal = refused_sale(group, programme, Sale(holding_of(product.kind), total_minor, known))
    if refusal is not None:
        return declined(refusal)
    switch_on(group, caller.id, card, following, expiry_of(group, programme, product))
    if command.holder is not None:
        group.add_holder(sealed_holder(group, vault, card, command.holder))
    payer = card_payer(group, card)
    receivable = FlowAccount(AccountCode.MERCHANT_RECEIVABLE, caller.id)
    journal_id = group.post(Event.CARD_ACTIVATED, programme, [(card.denomination_minor, receivable, payer.principal)])
    group.add_card_sale(journal_id, payer.principal)
    answer = {
        **card_view(card, programme.unit),
        "reference": command.reference,
        "journal_id": wire_id("journal", journal_id),
        **funds_of(payer),
    }
    group.emit("card.activated", card.id, None, journal_id)
    return Outcome(answer, journal_id=journal_id, subject_id=card.id)


def card_to_sell(group: Group, caller: Caller, wanted: Wanted) -> Card | Decline:
    """The card on the till's counter, if this merchant may sell it."""
    merchant = group.catalogue.merchants.get(caller.id)
    if merchant is None or not merchant.is_active:
        return Decline.MERCHANT_INACTIVE
    card = group.card_by_number(wanted.number_index or b"")
    if card is None:
        return Decline.CARD_NOT_ACCEPTED
    return card if group.catalogue.sells(card.programme_id, caller.id) else Decline.OUT_OF_NETWORK


def refused_sale(group: Group, programme: Programme, sale: Sale) -> Decline | None:
    """Why the programme's policy pack forbids a sale of today, if it does."""
    verdict = consult_policy(sale, PACKS[PackName(programme.policy_pack)], group.business_date(programme))
    return None if isinstance(verdict, Allow) else verdict.decline


def expiry_of(group: Group, programme: Programme, product: Product) -> date | None:
    """The last day of a card that is activated today, by the policy pack and the product; None if it never expires."""
    pack = PACKS[PackName(programme.policy_pack)]
    return expiry_on(pack, holding_of(product.kind), group.business_date(programme), product.validity_years)


def switch_on(group: Group, sold_by: UUID, card: Card, status: CardStatus, expires_on: date | None) -> None:
    """Write that a card is in use from now on, and who owes its price: a merchant, or a payment provider."""
    card.status = status
    card.sold_by = sold_by
    card.sold_at = card.sold_at or group.now
    card.activated_at = group.now
    card.expires_on = expires_on
    group.save_card(card)


def sealed_holder(group: Group, vault: Vault, card: Card, holder: Identity) -> HolderRow:
    """Who holds a card, sealed for that card."""
    sealed = vault.card_identities.seal(msgspec.json.encode(holder), card.id.bytes)
    return HolderRow(card.id, card.shard, sealed, group.now)
