"""What the money routes answer, as types: the API's document is made from them, and tests read real answers by them."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from florin.domain.card_life import CardBlock, CardStatus
from florin.domain.purchase import HoldStatus, PurchaseStatus


class AnswerPart(Struct, forbid_unknown_fields=True):
    """What all answers have in common: tests refuse a field that is not declared here."""


class Money(AnswerPart):
    """An amount in minor units; a balance may be zero."""

    amount: Annotated[int, Meta(ge=0)]
    currency: str


Instant = Annotated[datetime, Meta(tz=True)]


def _id(prefix: str) -> Meta:
    return Meta(pattern=f"^{prefix}_[0-9a-f]{{32}}$")


CardId = Annotated[str, _id("card")]
PurchaseId = Annotated[str, _id("pur")]
HoldId = Annotated[str, _id("hld")]
RefundId = Annotated[str, _id("rfd")]
JournalId = Annotated[str, _id("jrn")]
TerminalId = Annotated[str, _id("ter")]
PayerId = Annotated[str, _id("(card|mbr)")]
Receiver = Annotated[
    str,
    _id("(card|mbr)"),
    Meta(description="Who paid, or the card or member that has what was left on the card that paid."),
]


class Purchase(AnswerPart):
    """A purchase as its merchant sees it."""

    id: PurchaseId
    status: PurchaseStatus
    reference: str
    paid_by: PayerId
    terminal_id: TerminalId | None
    hold_id: HoldId | None
    requested: Money
    approved: Money
    outstanding: Money
    refunded: Money
    journal_id: JournalId
    event_at: Instant
    posted_at: Instant


class PurchasePage(AnswerPart):
    """Some purchases of a list, and the cursor of the next page; null on the last one."""

    items: list[Purchase]
    next_cursor: str | None


class PurchaseVoided(Purchase):
    """A purchase that has been taken back, where its money went, and what is there now."""

    returned_to: Receiver
    balance: Money
    available: Money


class PurchaseMade(Purchase):
    """A new purchase, with what the payer has left; `low_balance` once, when the balance falls below the threshold."""

    balance: Money
    available: Money
    low_balance: bool


class Hold(AnswerPart):
    """A hold as its merchant sees it."""

    id: HoldId
    status: HoldStatus
    reference: str
    paid_by: PayerId
    amount: Money
    expires_at: Instant
    opened_at: Instant
    ended_at: Instant | None


class HoldChanged(Hold):
    """A hold that was taken or released, with what the payer has now."""

    balance: Money
    available: Money


class HoldPage(AnswerPart):
    """Some holds of a list, and the cursor of the next page; null on the last one."""

    items: list[Hold]
    next_cursor: str | None


class Refund(AnswerPart):
    """A refund as its merchant sees it."""

    id: RefundId
    purchase_id: PurchaseId
    reference: str
    refunded: Money
    journal_id: JournalId
    posted_at: Instant


class RefundPage(AnswerPart):
    """Some refunds of a purchase, and the cursor of the next page; null on the last one."""

    items: list[Refund]
    next_cursor: str | None


class RefundMade(Refund):
    """A refund, what remains to be refunded, where its money went, and what is there now."""

    remaining: Money
    returned_to: Receiver
    balance: Money
    available: Money


class Reversal(AnswerPart):
    """What a reversal found. `not_found`: nothing had arrived under the reference, and nothing ever will."""

    status: Literal["reversed"]
    original_reference: str
    original: Literal["reversed", "already_reversed", "not_found"]
    purchase_id: PurchaseId | None
    hold_id: HoldId | None
    card_id: CardId | None
    reversed: Money | None
    journal_id: JournalId | None
    returned_to: Receiver | None
    balance: Money | None
    available: Money | None


class Card(AnswerPart):
    """A card, never with its number or PIN."""

    id: CardId
    last4: Annotated[str, Meta(pattern="^[0-9]{4}$")]
    status: CardStatus
    block: CardBlock
    denomination: Money
    expires_on: date | None
    activated_at: Instant | None


class CardChanged(Card):
    """A card that an operator has blocked, unblocked or voided, why it is blocked, and what has taken its place."""

    block_reason: str | None
    successor_id: CardId | None


class CardBalance(Card):
    """A card and what it holds."""

    balance: Money
    available: Money


class CardSeen(CardBalance):
    """A card and what it holds; for an operator also why it is blocked, the card in its place, and its wrong PINs."""

    block_reason: str | UnsetType | None = UNSET
    successor_id: CardId | UnsetType | None = UNSET
    pin_failures: Annotated[int, Meta(ge=0)] | UnsetType = UNSET
    pin_locked_until: Instant | UnsetType | None = UNSET


class CardSold(Card):
    """A card that was handed over and is worth nothing yet."""

    reference: str


class CardActivated(CardBalance):
    """A card that is worth its face value from now on."""

    reference: str
    journal_id: JournalId


class Load(AnswerPart):
    """A card's value that went into the member's wallet, with what the wallet holds now."""

    card_id: CardId
    last4: Annotated[str, Meta(pattern="^[0-9]{4}$")]
    amount: Money
    journal_id: JournalId
    posted_at: Instant
    balance: Money
    available: Money


class LoadPreview(AnswerPart):
    """What a card would bring into the wallet."""

    last4: Annotated[str, Meta(pattern="^[0-9]{4}$")]
    amount: Money


class Problem(Struct):
    """A refusal (RFC 9457). `code` is stable; further members depend on it, such as `field` or `shortfall`."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str


class PurchaseOutcome(AnswerPart):
    """What became of one purchase of a list: its answer with 201, or its problem with another status."""

    status: int
    replayed: bool = False
    body: PurchaseMade | None = None
    problem: Problem | None = None


class PurchaseOutcomes(AnswerPart):
    """One outcome for each item, in the order of the request."""

    items: list[PurchaseOutcome]


class ActivationOutcome(AnswerPart):
    """What became of one activation of a list: its answer with 201, or its problem with another status."""

    status: int
    replayed: bool = False
    body: CardActivated | None = None
    problem: Problem | None = None


class ActivationOutcomes(AnswerPart):
    """One outcome for each item, in the order of the request."""

    items: list[ActivationOutcome]
