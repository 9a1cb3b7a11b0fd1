"""A merchant's statement: what a closed business day has brought it in one programme, and what it is paid of that."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final
from uuid import UUID

from florin.domain.bank_calendar import BankCalendar
from florin.domain.declines import Decline
from florin.domain.merchant_fee import Trade, fee_of_day
from florin.domain.merchant_terms import BASIS_POINTS, MerchantTerms
from florin.domain.money import share


class StatementStatus(StrEnum):
    """Where a statement stands."""

    DRAFTED = auto()  # its figures follow from the book and the terms, and from terms that are put right meanwhile
    APPROVED = auto()  # a second person has looked at it; its fees are posted and what is to be paid is due


class StatementOperation(StrEnum):
    """What can be asked of a statement."""

    DRAW_UP = auto()  # work its figures out, also again
    APPROVE = auto()


_S: Final = StatementStatus
_O: Final = StatementOperation

MOVES: Final[Mapping[tuple[StatementOperation, StatementStatus], StatementStatus]] = MappingProxyType(
    {
        (_O.DRAW_UP, _S.DRAFTED): _S.DRAFTED,
        (_O.APPROVE, _S.DRAFTED): _S.APPROVED,
    }
)
"""Every operation with the status that it starts from and leads to; what is not listed is refused."""


def permit_statement(operation: StatementOperation, status: StatementStatus) -> StatementStatus | Decline:
    """The status that follows ``operation``, or ``MERCHANT_STATEMENT_NOT_IN_STATE``."""
    return MOVES.get((operation, status), Decline.MERCHANT_STATEMENT_NOT_IN_STATE)


@dataclass(slots=True, kw_only=True)
class MerchantStatement:
    """The working copy of a statement's row; amounts in minor units.

    What was carried in, the trade of the day, what was taken over of other programmes, fees and what the reserve keeps
    and gives back are together what is paid, passed on and carried on. Where ``acceptor_id`` names the programme that
    pays the merchant, the whole net is passed on to that one, also below zero. ``turnover_minor`` is what counts for
    the month's fee bands; ``month_turnover_minor`` what counted before this day.
    ``sold_minor`` and ``taken_back_minor`` are cards that the merchant has sold and taken back, ``debt_paid_minor``
    what it has paid for them by transfer; what it owes for them all is ``receivable_in_minor`` before the day and
    ``receivable_out_minor`` after it, less what is set off.
    ``drafted_person`` is who has drawn it up, None for a clock.
    """

    id: UUID
    programme_id: UUID
    merchant_id: UUID
    business_date: date
    unit: str
    status: StatementStatus
    purchases: int = 0
    purchases_minor: int = 0
    undone: int = 0
    undone_minor: int = 0
    refunds: int = 0
    refunds_minor: int = 0
    taken_over_minor: int = 0
    sold: int = 0
    sold_minor: int = 0
    taken_back_minor: int = 0
    debt_paid_minor: int = 0
    month_turnover_minor: int = 0
    turnover_minor: int = 0
    fees_minor: int = 0
    fees_returned_minor: int = 0
    reserve_kept_minor: int = 0
    reserve_until: date | None = None
    reserve_released_minor: int = 0
    carried_in_minor: int = 0
    receivable_in_minor: int = 0
    set_off_minor: int = 0
    receivable_out_minor: int = 0
    payout_minor: int = 0
    acceptor_id: UUID | None = None
    passed_on_minor: int = 0
    carried_out_minor: int = 0
    pays_on: date | None = None
    drafted_by: UUID | None = None
    drafted_person: UUID | None = None
    drafted_at: datetime
    approved_by: UUID | None = None
    approved_person: UUID | None = None
    approved_at: datetime | None = None
    approved_hash: bytes | None = None
    journal_id: UUID | None = None
    taken_over_journal_id: UUID | None = None

    @property
    def trade(self) -> Trade:
        """What was bought and given back."""
        return Trade(**{each.name: getattr(self, each.name) for each in fields(Trade)})

    @property
    def net_minor(self) -> int:
        """What the day itself has changed, in minor units: without what was carried in and before any payout."""
        fees_minor = self.fees_minor - self.fees_returned_minor
        trade_minor = self.trade.net_minor + self.taken_over_minor
        kept_minor = self.reserve_kept_minor - self.reserve_released_minor + self.set_off_minor
        return trade_minor - fees_minor - kept_minor

    @property
    def details_hash(self) -> bytes:
        """What stands for all that is approved: SHA-256 of the figures and of whose and which day they are."""
        told = {name: _told(getattr(self, name)) for name in HASHED}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).digest()


HASHED: Final = (
    "id", "programme_id", "merchant_id", "business_date", "unit", "purchases", "purchases_minor", "undone",
    "undone_minor", "refunds", "refunds_minor", "taken_over_minor", "sold", "sold_minor", "taken_back_minor",
    "debt_paid_minor", "receivable_in_minor", "set_off_minor", "receivable_out_minor", "turnover_minor", "fees_minor",
    "fees_returned_minor", "reserve_kept_minor", "reserve_until", "reserve_released_minor", "carried_in_minor",
    "payout_minor", "acceptor_id", "passed_on_minor", "carried_out_minor", "pays_on",
)  # fmt: skip
"""What the hash of a statement binds."""


def _told(value: object) -> object:
    return value if value is None or isinstance(value, int) else str(value)


@dataclass(frozen=True, slots=True)
class KeptReserve:
    """What a statement keeps of a day in reserve, in minor units, and until which day."""

    statement_id: UUID
    amount_minor: int
    until: date


def draw_up(  # noqa: PLR0913 (what a statement stands on, each by its name)
    statement: MerchantStatement,
    terms: MerchantTerms,
    calendar: BankCalendar,
    *,
    carried_in_minor: int,
    month_turnover_minor: int,
    reserves: Sequence[KeptReserve],
    receivable_in_minor: int = 0,
    paid_later_minor: int = 0,
    acceptor_id: UUID | None = None,
) -> list[UUID]:
    """Work a statement's figures out from its trade, and return the statements whose reserves it gives back.

    ``carried_in_minor`` is what the statement before it carried on, ``month_turnover_minor`` the turnover of the same
    calendar month before the day, ``reserves`` all that is kept still, ``paid_later_minor`` what the merchant has paid
    for cards by transfer since the day. The reserve is rounded down: what would be less than a minor unit is the
    merchant's. ``acceptor_id`` is the programme that pays the merchant, if another does.
    """
    day, trade = statement.business_date, statement.trade
    fee = fee_of_day(terms, month_turnover_minor, trade)
    statement.month_turnover_minor, statement.turnover_minor = month_turnover_minor, fee.turnover_minor
    statement.fees_minor, statement.fees_returned_minor = fee.charged_minor, fee.returned_minor
    statement.reserve_kept_minor = share(max(trade.net_minor, 0), terms.reserve_basis_points, BASIS_POINTS)
    statement.reserve_until = day + timedelta(days=terms.reserve_days) if statement.reserve_kept_minor else None
    released = [each for each in reserves if each.until <= day]
    statement.reserve_released_minor = sum(each.amount_minor for each in released)
    statement.carried_in_minor = carried_in_minor
    statement.set_off_minor = 0
    owed_minor = carried_in_minor + statement.net_minor
    _set_off(statement, receivable_in_minor, owed_minor if terms.sets_off else 0, paid_later_minor)
    owed_minor -= statement.set_off_minor
    is_passed_on = acceptor_id is not None
    is_paid = not is_passed_on and owed_minor >= terms.minimum_payout_minor
    statement.acceptor_id, statement.passed_on_minor = acceptor_id, owed_minor if is_passed_on else 0
    statement.payout_minor = owed_minor if is_paid else 0
    statement.carried_out_minor = 0 if is_paid or is_passed_on else owed_minor
    statement.pays_on = calendar.after(day, terms.pays_after) if is_paid else None
    return [each.statement_id for each in released]


def _set_off(statement: MerchantStatement, receivable_minor: int, owed_minor: int, paid_later_minor: int) -> None:
    """Take what the merchant owes for cards off what it is owed, as far as that goes, and no more than it still owes.

    For a card that was taken back after it had been set off or paid for the merchant is owed in any case: that goes the
    other way.
    """
    statement.receivable_in_minor = receivable_minor
    receivable_minor += statement.sold_minor - statement.taken_back_minor - statement.debt_paid_minor
    most_minor = max(min(owed_minor, receivable_minor - paid_later_minor), 0)
    statement.set_off_minor = min(receivable_minor, most_minor)
    statement.receivable_out_minor = receivable_minor - statement.set_off_minor
