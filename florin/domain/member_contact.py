"""Contacts of customer service with members: how, what came of it, and when to try again."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum, auto
from typing import Final

from florin.domain.invalid_field import InvalidField

LONGEST_NOTES: Final = 2000
FURTHEST: Final = timedelta(days=366)
"""How far ahead a next call may lie."""


class ContactChannel(StrEnum):
    """How somebody was spoken or written to."""

    PHONE = auto()
    MAIL = auto()
    SMS = auto()
    LETTER = auto()
    IN_PERSON = auto()


class ContactOutcome(StrEnum):
    """What came of it."""

    REACHED = auto()
    NOT_REACHED = auto()
    WRONG_ADDRESS = auto()
    COMES_BACK = auto()  # will use the account again
    WANTS_CLOSURE = auto()
    NO_MORE_CALLS = auto()  # has asked not to be called, and is not


@dataclass(frozen=True, slots=True)
class LastContact:
    """The latest contact with a member, without its notes."""

    at: datetime
    channel: ContactChannel
    outcome: ContactOutcome
    next_on: date | None


def require_notes(notes: str | None) -> None:
    """Refuse (`InvalidField`) notes that are empty or longer than 2,000 characters."""
    if notes is not None and not 1 <= len(notes.strip()) <= len(notes) <= LONGEST_NOTES:
        raise InvalidField("notes", f"1 to {LONGEST_NOTES} characters")


def require_next_on(next_on: date | None, today: date) -> None:
    """Refuse (`InvalidField`) a next call in the past, or more than a year ahead."""
    if next_on is not None and not today <= next_on <= today + FURTHEST:
        raise InvalidField("next_on", "from today to a year ahead")
