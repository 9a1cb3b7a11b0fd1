"""What callers are told: the public form of amounts, purchases, holds and cards."""

from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from florin.clearing.payer import Payer
from florin.domain.card import Card
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.purchase import Hold, OwnerKind, Purchase
from florin.storage.posting.request import Outcome

Json = dict[str, Any]


def amount(amount_minor: int, unit: str) -> Json:
    """An amount on the wire: an integer of minor units and its currency."""
    return {"amount": amount_minor, "currency": unit}


# All answers of a group bear the same time.
@lru_cache(maxsize=8)
def instant(moment: datetime) -> str:
    """A time on the wire: RFC 3339 in UTC."""
    return moment.isoformat().replace("+00:00", "Z")


def instant_if_any(moment: datetime | None) -> str | None:
    """The same of a time that may not have come."""
    return None if moment is None else instant(moment)


def id_if_any(kind: str, identifier: UUID | None) -> str | None:
    """The id as clients see it of what may not be there."""
    return None if identifier is None else wire_id(kind, identifier)


def owner_wire_id(kind: OwnerKind, owner_id: Any) -> str:  # noqa: ANN401 (a UUID of either kind)
    """The wire id of a card or member."""
    return wire_id("card" if kind is OwnerKind.CARD else "member", owner_id)


def funds_of(payer: Payer) -> Json:
    """Balance and available after an operation, as every money answer carries them."""
    unit = payer.programme.unit
    return {"balance": amount(payer.balance_minor, unit), "available": amount(payer.available.total_minor, unit)}


def returned_to(receiver: Payer) -> Json:
    """Where money that was given back has gone, and what is there now: the payer, or its redeemed card's wallet."""
    return {"returned_to": owner_wire_id(receiver.kind, receiver.owner_id), **funds_of(receiver)}


def purchase_view(purchase: Purchase) -> Json:
    """A purchase as its merchant sees it."""
    unit = purchase.unit
    return {
        "id": wire_id("purchase", purchase.id),
        "status": purchase.status,
        "reference": purchase.reference,
        "paid_by": owner_wire_id(purchase.owner_kind, purchase.owner_id),
        "terminal_id": None if purchase.terminal_id is None else wire_id("terminal", purchase.terminal_id),
        "hold_id": None if purchase.hold_id is None else wire_id("hold", purchase.hold_id),
        "requested": amount(purchase.requested_minor, unit),
        "approved": amount(purchase.taken_minor, unit),
        "outstanding": amount(purchase.requested_minor - purchase.taken_minor, unit),
        "refunded": amount(purchase.refunded_minor, unit),
        "journal_id": wire_id("journal", purchase.journal_id),
        "event_at": instant(purchase.event_at),
        "posted_at": instant(purchase.posted_at),
    }


def hold_view(hold: Hold) -> Json:
    """A hold as its merchant sees it."""
    return {
        "id": wire_id("hold", hold.id),
        "status": hold.status,
        "reference": hold.reference,
        "paid_by": owner_wire_id(hold.owner_kind, hold.owner_id),
        "amount": amount(hold.amount_minor, hold.unit),
        "expires_at": instant(hold.expires_at),
        "opened_at": instant(hold.opened_at),
        "ended_at": None if hold.ended_at is None else instant(hold.ended_at),
    }


def card_view(card: Card, unit: str) -> Json:
    """A card as anybody sees it who may; never its number or PIN."""
    return {
        "id": wire_id("card", card.id),
        "last4": card.last4,
        "status": card.status,
        "block": card.block,
        "denomination": amount(card.denomination_minor, unit),
        "expires_on": None if card.expires_on is None else card.expires_on.isoformat(),
        "activated_at": None if card.activated_at is None else instant(card.activated_at),
    }


def operators_card_view(card: Card, unit: str) -> Json:
    """A card as an operator sees it, who also reads why it is blocked, which may be a suspicion, and its successor."""
    successor = None if card.successor_id is None else wire_id("card", card.successor_id)
    return {**card_view(card, unit), "block_reason": card.block_reason, "successor_id": successor}


def declined(decline: Decline, **details: Any) -> Outcome:  # noqa: ANN401 (JSON values)
    """A business "no" with what the caller may know about it."""
    return Outcome(details, decline)
