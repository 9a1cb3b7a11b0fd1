"""Lines of the statements that banks and payment providers send, as seen from us."""

from datetime import date, datetime
from enum import StrEnum, auto
from typing import NamedTuple


class Basis(StrEnum):
    """What a statement tells of. A provider may send both, and then one payment stands in each."""

    TRADE = auto()  # what was paid and paid back
    FUNDS = auto()  # what moved on the account, fees and payouts included


class LineKind(StrEnum):
    """What a line is, as seen from us."""

    CREDIT = auto()  # money for us
    DEBIT = auto()  # money from us
    FEE = auto()  # what the other side takes for its service
    REFUND = auto()  # money of a payment that goes back to the payer
    PAYOUT = auto()  # what a provider pays to our bank
    REVERSAL = auto()  # an earlier line taken back
    OTHER = auto()


class Direction(StrEnum):
    """Whether the line adds to what the other side holds for us."""

    IN = auto()
    OUT = auto()


class EntryStatus(StrEnum):
    """How far the other side has come with it."""

    DONE = auto()
    PENDING = auto()
    FAILED = auto()


class LineDetails(NamedTuple):
    """What may name people, and is kept sealed: what was written, who it was, and under which account number."""

    text: str | None = None
    party: str | None = None
    party_account: str | None = None


class StatementLine(NamedTuple):
    """One entry. A tuple, because files have a million of them.

    ``amount_minor`` is above zero and ``direction`` tells its sign. ``fee_minor`` is what the other side keeps of this
    very line; below zero: what it gives back. ``key`` is our reference, ``origin_key`` our reference of the payment
    that a refund or fee belongs to, ``other_key`` theirs, ``payout_key`` their number of the payout that the line is
    in. ``their_type`` is their own word for such a line.
    """

    line_number: int
    kind: LineKind
    direction: Direction
    amount_minor: int
    currency: str
    booked_on: date
    their_type: str
    fee_minor: int = 0
    value_on: date | None = None
    event_at: datetime | None = None
    key: str | None = None
    origin_key: str | None = None
    other_key: str | None = None
    payout_key: str | None = None
    status: EntryStatus = EntryStatus.DONE
    details: LineDetails | None = None

    @property
    def signed_minor(self) -> int:
        """What it adds to the balance there, without the fee."""
        return self.amount_minor if self.direction is Direction.IN else -self.amount_minor
