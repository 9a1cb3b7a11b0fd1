"""Journals: one or more transfers that stand or fall together, and the strict balances that they move."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from florin.domain.chart import PERMITTED, STRICT_CODES, UNITS, AccountCode, Event
from florin.domain.identifiers import shard_of


class InvariantBrokenError(Exception):
    """The book would have become wrong: a fault of ours, never of a caller; nothing may be written."""


@dataclass(slots=True)
class StrictAccount:
    """The working copy of an account that gates spending; it changes only under its row lock.

    All strict accounts are liabilities, so a credit raises ``balance_minor`` and a debit lowers it. ``held_minor`` is
    the part that open holds have reserved. ``sequence`` counts the account's transfers without gaps.
    """

    shard: int
    owner_id: UUID
    code: AccountCode
    unit: str
    programme_id: UUID
    balance_minor: int = 0
    held_minor: int = 0
    sequence: int = 0
    is_new: bool = False

    @property
    def available_minor(self) -> int:
        """What may be spent now, in minor units."""
        return self.balance_minor - self.held_minor

    def hold(self, amount_minor: int) -> None:
        """Reserve (or, with a negative amount, release) part of the balance; posts nothing."""
        held = self.held_minor + amount_minor
        if not 0 <= held <= self.balance_minor:
            raise InvariantBrokenError(f"hold of {amount_minor} on {self.code}:{self.owner_id}")
        self.held_minor = held

    def _apply(self, change_minor: int) -> None:
        balance = self.balance_minor + change_minor
        if balance < self.held_minor:
            raise InvariantBrokenError(f"posting of {change_minor} overdraws {self.code}:{self.owner_id}")
        self.balance_minor = balance
        self.sequence += 1


@dataclass(frozen=True, slots=True)
class FlowAccount:
    """An account that is only summed up; it is named, never locked."""

    code: AccountCode
    owner_id: UUID


Account = StrictAccount | FlowAccount


@dataclass(slots=True)
class Transfer:
    """A positive amount of one unit moved from one account (debit) to another (credit); one row of the book."""

    journal_id: UUID
    position: int
    shard: int
    programme_id: UUID
    event: Event
    unit: str
    amount_minor: int
    debit_code: AccountCode
    debit_owner: UUID
    credit_code: AccountCode
    credit_owner: UUID
    strict_sequence: int | None
    balance_after_minor: int | None
    business_date: date
    event_at: datetime
    posted_at: datetime
    reverses_journal_id: UUID | None


@dataclass(slots=True)
class Header:
    """What all transfers of a journal share; ``unit`` is the programme's, which points and vouchers have not."""

    journal_id: UUID
    programme_id: UUID
    event: Event
    unit: str
    business_date: date
    event_at: datetime
    posted_at: datetime
    reverses_journal_id: UUID | None = None


Movement = tuple[int, Account, Account]
"""(amount in minor units, account debited, account credited)."""


def signed(amount_minor: int, debit: FlowAccount, credit: FlowAccount) -> Movement:
    """A movement of an amount in minor units that is not nought; one below zero goes the other way."""
    return (amount_minor, debit, credit) if amount_minor > 0 else (-amount_minor, credit, debit)


def post(header: Header, movements: Sequence[Movement]) -> list[Transfer]:
    """Carry out the movements on the strict accounts given and return the transfers to be written.

    Raises `InvariantBrokenError` for a movement that is not permitted for the event, has no positive amount, touches
    two strict accounts, another unit, or would take a strict account below what is held. The decision that led here
    has refused all of these already; this is the wall behind it.
    """
    permitted = PERMITTED[header.event]
    transfers = []
    for position, (amount_minor, debit, credit) in enumerate(movements):
        if (debit.code, credit.code) not in permitted:
            raise InvariantBrokenError(f"{header.event} may not post {debit.code} -> {credit.code}")
        if amount_minor <= 0:
            raise InvariantBrokenError(f"amount {amount_minor} is not positive")
        strict = _strict_side(header, debit, credit)
        if strict is not None:
            strict._apply(-amount_minor if strict is debit else amount_minor)  # noqa: SLF001 (same module)
        transfers.append(
            Transfer(
                header.journal_id,
                position,
                shard_of(header.journal_id) if strict is None else strict.shard,
                header.programme_id,
                header.event,
                header.unit if strict is None else strict.unit,
                amount_minor,
                debit.code,
                debit.owner_id,
                credit.code,
                credit.owner_id,
                None if strict is None else strict.sequence,
                None if strict is None else strict.balance_minor,
                header.business_date,
                header.event_at,
                header.posted_at,
                header.reverses_journal_id,
            )
        )
    return transfers


def _strict_side(header: Header, debit: Account, credit: Account) -> StrictAccount | None:
    if isinstance(debit, StrictAccount):
        if isinstance(credit, StrictAccount):
            raise InvariantBrokenError("a transfer touches at most one strict account")
        strict = debit
    elif isinstance(credit, StrictAccount):
        strict = credit
    else:
        if debit.code in STRICT_CODES or credit.code in STRICT_CODES:
            raise InvariantBrokenError("a strict account must be locked before it is posted to")
        return None
    unit = UNITS.get(strict.code, header.unit)
    if strict.unit != unit:
        raise InvariantBrokenError(f"{unit} posted to an account in {strict.unit}")
    return strict
