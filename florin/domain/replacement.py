"""Replacing cards that are missing or damaged: who may have it done, and where a replacement stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from typing import Final, NamedTuple
from uuid import UUID

from florin.domain.card_life import CardBlock, CardOperation, CardStatus, permit
from florin.domain.card_selection import card_name
from florin.domain.declines import Decline

MOST_CARDS: Final = 1_000
"""How many cards one request may report; more of a box than that is better given up and ordered again."""


class ReplacementReason(StrEnum):
    """What is wrong with a card."""

    MISSING = auto()
    DAMAGED = auto()


class ReplacementStatus(StrEnum):
    """Where a replacement stands."""

    WAITING_FOR_APPROVAL = auto()  # value or a person's claim hangs on the card: somebody else of ours must agree
    MAKING = auto()  # the successor is being made, and takes the card's place
    REPLACED = auto()
    REFUSED = auto()


class DebitsWish(StrEnum):
    """What is to be done with the debits of a reported card."""

    TO_STOP = auto()  # it waits for a second person's word
    TO_ALLOW = auto()  # it is not replaced after all


class ReportedCard(NamedTuple):
    """A card that somebody reports, by line and serial number."""

    line: int
    serial: int
    reason: ReplacementReason


@dataclass(frozen=True, slots=True)
class CardToReplace:
    """What is known of a card that was reported; ``is_claimed``: a recipient has taken it by a link already."""

    card_id: UUID
    line: int
    serial: int
    status: CardStatus
    is_claimed: bool
    is_being_replaced: bool
    recipient_serial: int


@dataclass(frozen=True, slots=True)
class Replacement:
    """A replacement. ``asked_person`` is compared with whoever decides; ``refusal`` is the code of why it was refused.

    ``new_serial`` is the successor's serial number in the same line, as soon as there is one.
    """

    id: UUID
    order_id: UUID
    customer_id: UUID
    line: int
    old_serial: int
    new_serial: int | None
    old_card_id: UUID
    new_card_id: UUID | None
    reason: ReplacementReason
    status: ReplacementStatus
    refusal: str | None
    asked_by: UUID
    asked_person: UUID
    session_id: UUID
    asked_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    journal_id: UUID | None
    replaced_at: datetime | None

    @property
    def is_approved(self) -> bool:
        """Whether a second person has agreed."""
        return self.decided_by is not None and self.status is not ReplacementStatus.REFUSED


class CardFinding(NamedTuple):
    """A card that cannot be replaced, and why."""

    card: str
    code: Decline


def refused_replacement(reported: ReportedCard, card: CardToReplace | None) -> CardFinding | None:
    """Why a reported card cannot be replaced, if it cannot."""
    name = card_name(reported.line, reported.serial)
    if card is None:
        return CardFinding(name, Decline.CARD_NOT_FOUND)
    if card.is_being_replaced:
        return CardFinding(name, Decline.CARD_NOT_REPLACEABLE)
    following = permit(CardOperation.REPLACE, card.status, CardBlock.NONE, expired=False)
    return CardFinding(name, following) if isinstance(following, Decline) else None


def first_status(card: CardToReplace) -> ReplacementStatus:
    """Where the replacement of a card begins: what nobody has and is worth nothing needs no second person."""
    if card.status is CardStatus.SOLD and not card.is_claimed:
        return ReplacementStatus.MAKING
    return ReplacementStatus.WAITING_FOR_APPROVAL
