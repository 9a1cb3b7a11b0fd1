"""Activate one card of a corporate order: its share of the customer's money becomes its value."""

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from florin.clearing.activate import expiry_of, refused_sale, sealed_holder
from florin.clearing.answers import card_view, declined, funds_of
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.card_in_order import (
    CardInOrder,
    card_in_order,
    end_if_nothing_waits,
    free_share,
    wanted_card,
)
from florin.clearing.payer import Payer, card_payer
from florin.crypto.vault import Vault
from florin.domain.card_life import CardOperation, CardStatus, is_expired, permit
from florin.domain.card_selection import card_name
from florin.domain.chart import AccountCode, Event
from florin.domain.declines import Decline
from florin.domain.faces import holding_of
from florin.domain.identifiers import wire_id
from florin.domain.identity import Identity
from florin.domain.journal import FlowAccount, Movement
from florin.domain.order_life import OrderOperation
from florin.domain.policy.facts import Sale
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest

BEEN_ACTIVATED: Final = frozenset({CardStatus.ACTIVE, CardStatus.REDEEMED, CardStatus.CLOSED})
"""Where a card stands that was activated before."""


@dataclass(frozen=True, slots=True)
class ActivateOrderedCard:
    """Switch on a card of a customer's order; a registered one needs its recipient's identity."""

    customer_id: UUID
    order_id: UUID
    card_id: UUID
    holder: Identity | None = field(default=None, repr=False)


def activate_ordered_card(
    house: ClearingHouse, caller: Caller, key: str, command: ActivateOrderedCard
) -> PostingRequest:
    """The request to be submitted; ``caller`` is `order_as_caller`."""

    def decide(group: Group) -> Outcome:
        chosen = _check(group, command)
        return chosen if isinstance(chosen, Outcome) else _load(group, house.vault, caller, command, chosen)

    wanted = wanted_card(command.customer_id, command.order_id, command.card_id)
    return house.request(caller, key, "activate_ordered_card", command, wanted, decide)


def _check(group: Group, command: ActivateOrderedCard) -> CardInOrder | Outcome:
    card = group.card(command.card_id)
    if card is not None and card.status in BEEN_ACTIVATED and card.sold_by == command.customer_id:
        # Also when its order was completed by it: whoever names a card twice hears that of the card.
        return declined(Decline.CARD_NOT_SELLABLE, status=card.status)
    chosen = card_in_order(group, command.customer_id, command.order_id, command.card_id, OrderOperation.ACTIVATE)
    if isinstance(chosen, Decline):
        return declined(chosen)
    customer = group.customer(command.customer_id)
    if customer is None or not customer.is_active:
        return declined(Decline.CUSTOMER_NOT_ACTIVE)
    refusal = _refused_by_life(group, chosen) or _refused_by_rules(group, command, chosen)
    return chosen if refusal is None else declined(refusal, status=chosen.card.status)


def _refused_by_life(group: Group, chosen: CardInOrder) -> Decline | None:
    card = chosen.card
    expired = is_expired(card.expires_on, group.business_date(chosen.programme))
    following = permit(CardOperation.ACTIVATE, card.status, card.block, expired=expired)
    if isinstance(following, Decline):
        return following
    return (
        None
        if card.status is CardStatus.SOLD and card.sold_by == chosen.order.customer_id
        else Decline.CARD_NOT_SELLABLE
    )


def _refused_by_rules(group: Group, command: ActivateOrderedCard, chosen: CardInOrder) -> Decline | None:
    product = group.catalogue.products[chosen.card.product_id]
    # What one buyer orders of bearer cards is added up when the order is submitted, and named there.
    sale = Sale(holding_of(product.kind), chosen.card.denomination_minor, command.holder is not None)
    refusal = refused_sale(group, chosen.programme, sale)
    if refusal is not None:
        return refusal
    return Decline.NOT_FUNDED if chosen.order.reserved_minor < chosen.place.principal_minor else None


def _load(group: Group, vault: Vault, caller: Caller, command: ActivateOrderedCard, chosen: CardInOrder) -> Outcome:
    card, order, programme = chosen.card, chosen.order, chosen.programme
    card.status, card.activated_at = CardStatus.ACTIVE, group.now
    card.expires_on = expiry_of(group, programme, group.catalogue.products[card.product_id])
    group.save_card(card)
    if command.holder is not None:
        group.add_holder(sealed_holder(group, vault, card, command.holder))
    free_share(group, chosen)
    order.used_minor += chosen.place.principal_minor
    payer = card_payer(group, card)
    journal_id = group.post(Event.CARD_ACTIVATED, programme, _movements(group, chosen, payer))
    answer = {
        **card_view(card, programme.unit),
        "reference": card_name(chosen.place.line, chosen.place.serial),
        "journal_id": wire_id("journal", journal_id),
        **funds_of(card_payer(group, card)),
    }
    group.emit("card.activated", card.id, None, journal_id)
    end_if_nothing_waits(group, caller, order)
    return Outcome(answer, journal_id=journal_id, subject_id=card.id)


def _movements(group: Group, chosen: CardInOrder, payer: Payer) -> list[Movement]:
    principal_minor = chosen.place.principal_minor
    bonus_minor = chosen.card.denomination_minor - principal_minor
    clearing = FlowAccount(AccountCode.ACTIVATION_CLEARING, chosen.programme.id)
    movements: list[Movement] = [
        (principal_minor, chosen.funding, clearing),
        (principal_minor, clearing, payer.principal),
    ]
    if bonus_minor:
        promotion = FlowAccount(AccountCode.PROMOTIONAL_VALUE, chosen.programme.id)
        movements.append((bonus_minor, promotion, group.account_to_credit(payer.principal, AccountCode.CARD_BONUS)))
    return movements
