"""Where members stand in their life with a programme, and how customer service sorts them."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum, auto

from florin.domain.invalid_field import InvalidField
from florin.domain.member_life import MemberStatus


class MemberLife(StrEnum):
    """How far a member has come, and whether he or she is still there."""

    REGISTERED = auto()  # no value has ever come in
    TOPPED_UP = auto()  # value has come in, nothing was bought
    ACTIVE = auto()  # has bought something
    DORMANT = auto()  # inactive or dormant now
    GONE = auto()  # closed


class MemberClass(StrEnum):
    """New, regular or dormant; who is gone is none of these."""

    NEW = auto()
    REGULAR = auto()
    DORMANT = auto()


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """What both are told by. ``is_quiet``: inactive or dormant at this moment; ``is_new`` by the programme's terms."""

    status: MemberStatus
    has_received: bool
    has_paid: bool
    is_quiet: bool
    is_new: bool


def life_of(facts: MemberFacts) -> MemberLife:
    """Where a member stands."""
    if facts.status is MemberStatus.CLOSED:
        return MemberLife.GONE
    if facts.is_quiet:
        return MemberLife.DORMANT
    if facts.has_paid:
        return MemberLife.ACTIVE
    return MemberLife.TOPPED_UP if facts.has_received else MemberLife.REGISTERED


def class_of(facts: MemberFacts) -> MemberClass | None:
    """The member's class; None for who is gone."""
    if facts.status is MemberStatus.CLOSED:
        return None
    if facts.is_quiet:
        return MemberClass.DORMANT
    return MemberClass.NEW if facts.is_new else MemberClass.REGULAR


def days_of_month(month: str) -> tuple[date, date]:
    """The first and the last day of a month such as ``2026-03``; `InvalidField` for what is none."""
    try:
        first = date.fromisoformat(f"{month}-01")
        following = (first + timedelta(days=31)).replace(day=1)
    except (ValueError, OverflowError):
        raise InvalidField("month", "a month such as 2026-03") from None
    return first, following - timedelta(days=1)
