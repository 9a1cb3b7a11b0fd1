"""Breaks as people work on them: what a break is about, who has it, and how bad it is."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, auto
from typing import Final
from uuid import UUID

from florin.domain.break_life import BreakKind, BreakState
from florin.domain.chart import AccountCode


class BreakSeverity(StrEnum):
    """How bad a break is. It begins with what its kind and amount say, and whoever takes the break may know better."""

    LOW = auto()  # within what may be written off
    NORMAL = auto()
    HIGH = auto()  # a day that is not compared at all, or money that the other side says has failed


class BreakReason(StrEnum):
    """Why there is a difference, as somebody has found out."""

    CHARGE = auto()  # the bank or provider has charged for something
    OUR_ERROR = auto()
    THEIR_ERROR = auto()
    PAID_TWICE = auto()
    ROUNDING = auto()
    TIMING = auto()  # both have it, at other times
    SETTLED_ELSEWHERE = auto()  # another posting or file has put it right
    UNKNOWN = auto()
    WITHIN_TOLERANCE = auto()  # nobody has looked: the counterparty's terms say that it is small enough


@dataclass(slots=True, kw_only=True)
class Break:
    """The working copy of a break's row; amounts in minor units, above zero when the other side says more than we do.

    ``owner_id`` is the login that has it. What stands after ``ended_at`` is read beside the row and never written: of
    the counterparty its code, its usual lag and what its terms allow, and which account a posting would put right, by
    how much. ``to_post_minor`` is above zero when that account is to be debited.
    """

    id: UUID
    kind: BreakKind
    programme_id: UUID
    counterparty_id: UUID | None
    line_id: UUID | None
    journal_id: UUID | None
    amount_minor: int
    currency: str
    value_on: date
    opened_at: datetime
    state: BreakState
    severity: BreakSeverity
    owner_id: UUID | None
    reason: BreakReason | None
    ended_at: datetime | None
    counterparty_code: str | None
    lag_days: int
    tolerance_minor: int
    write_off_limit_minor: int
    account_code: AccountCode | None
    account_owner: UUID | None
    to_post_minor: int


WRITTEN: Final = ("state", "severity", "owner_id", "reason", "ended_at")
"""What people change of a break."""
