"""Files of statements: their formats, and why one is kept apart instead of taken in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final

from florin.domain.statement_line import Basis


class FileFormat(StrEnum):
    """The formats that can be read."""

    CAMT_053 = auto()  # ISO 20022 bank-to-customer statement
    MT_940 = auto()  # SWIFT customer statement message
    MAPPED_CSV = auto()  # any bank's table, by a saved mapping of its columns
    WECHAT_TRADE = auto()
    WECHAT_FUND_FLOW = auto()
    ALIPAY_TRADE = auto()
    STRIPE_PAYOUTS = auto()


BANK_FORMATS: Final = frozenset({FileFormat.CAMT_053, FileFormat.MT_940, FileFormat.MAPPED_CSV})
"""What a bank sends. A provider may send a mapped CSV, too."""

BASIS: Final[Mapping[FileFormat, Basis]] = MappingProxyType(
    {
        FileFormat.CAMT_053: Basis.FUNDS,
        FileFormat.MT_940: Basis.FUNDS,
        FileFormat.MAPPED_CSV: Basis.FUNDS,
        FileFormat.WECHAT_TRADE: Basis.TRADE,
        FileFormat.WECHAT_FUND_FLOW: Basis.FUNDS,
        FileFormat.ALIPAY_TRADE: Basis.TRADE,
        FileFormat.STRIPE_PAYOUTS: Basis.TRADE,
    }
)
"""What the lines of each format tell of."""


class FileState(StrEnum):
    """Where a file stands."""

    RECEIVED = auto()  # kept, and not read yet
    TAKEN_IN = auto()
    QUARANTINED = auto()  # kept apart whole: none of its lines counts


class ProblemCode(StrEnum):
    """Why a file is quarantined."""

    UNREADABLE = auto()  # not of the format at all: no such XML, archive, table, text
    FIELD_MISSING = auto()  # of the format, and something that it must have is not there
    FIELD_UNREADABLE = auto()  # a date, amount or word that cannot be understood
    CURRENCY_REFUSED = auto()  # a currency that is not accepted here, or not the counterparty's
    ACCOUNT_UNKNOWN = auto()  # it is about an account that is none of ours
    BALANCE_DIFFERS = auto()  # opening balance and entries do not make the closing balance
    TOTALS_DIFFER = auto()  # the lines do not make the totals that the file names
    ENDS_EARLY = auto()  # it was cut off: the end that the format asks for is not there
    NOTHING_IN_IT = auto()  # no statement at all
    TAKEN_IN_BEFORE = auto()  # other bytes, and a statement that another file has brought
    OUT_OF_BOUNDS = auto()  # larger, longer or deeper than anything that is read


class FileProblem(Exception):
    """Why a file cannot be taken in: a code, the line of the file where that shows if it shows in one, and words."""

    def __init__(self, code: ProblemCode, line_number: int | None, detail: str) -> None:
        super().__init__(f"{code}, line {line_number}: {detail}")
        self.code = code
        self.line_number = line_number
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementOpened:
    """What a file says at the beginning of a statement, before its lines come.

    ``account`` is the account number that it names; ``reference``, ``sequence`` and ``page`` are its own numbering.
    The balance is minor units, below zero when overdrawn.
    """

    currency: str
    account: str | None = None
    reference: str | None = None
    sequence: int | None = None
    page: int | None = None
    opening_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementClosed:
    """What is known at the end of a statement: its days and, where the format has balances, the closing one.

    The days are None where the file names none but those of its lines. ``opening_minor`` is set where only the end
    tells it; ``is_last_page`` is false for a statement that goes on.
    """

    from_on: date | None
    to_on: date | None
    closing_minor: int | None = None
    opening_minor: int | None = None
    is_last_page: bool = True
