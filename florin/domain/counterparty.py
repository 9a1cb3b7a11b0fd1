"""Counterparties of the reconciliation: bank accounts of ours and payment providers, whose statements we compare."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, auto
from typing import Final
from uuid import UUID

from florin.domain.bank_account import read_account_number
from florin.domain.column_mapping import ColumnMapping
from florin.domain.configuration_fields import require_between
from florin.domain.invalid_field import InvalidField
from florin.domain.money import MAX_AMOUNT_MINOR
from florin.domain.names import spelled_name
from florin.domain.payment import provider_account
from florin.domain.statement_file import BANK_FORMATS, FileFormat

LONGEST_LAG_DAYS: Final = 30

_CODE: Final = re.compile("[a-z][a-z0-9_-]{0,31}")
"""Of the form that the settings give to providers."""


class CounterpartyKind(StrEnum):
    """Whose statements they are."""

    BANK = auto()
    PROVIDER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterpartyTerms:
    """What finance may change of a counterparty. `InvalidField` for what none can have.

    ``lag_days`` are the business days by which it is usually later than we are, ``date_window_days`` how far two dates
    of one thing may lie apart; tolerances and the limit of what may be written off are minor units. ``fetched_from`` is
    the first day whose files we fetch ourselves. ``is_numbered``: its statements count up by one.
    """

    name: str
    formats: frozenset[FileFormat]
    columns: ColumnMapping | None = None
    lag_days: int = 1
    date_window_days: int = 3
    amount_tolerance_minor: int = 0
    fee_tolerance_minor: int = 0
    write_off_limit_minor: int = 0
    is_numbered: bool = False
    fetched_from: date | None = None

    def __post_init__(self) -> None:
        """Refuse what no counterparty can have."""
        if spelled_name("name", self.name) != self.name:
            raise InvalidField("name", "no needless spaces")
        if not self.formats:
            raise InvalidField("formats", "at least one")
        if (self.columns is not None) is not (FileFormat.MAPPED_CSV in self.formats):
            raise InvalidField("columns", "what a counterparty with mapped_csv has, and no other")
        for field in ("lag_days", "date_window_days"):
            require_between(field, getattr(self, field), 0, LONGEST_LAG_DAYS)
        for field in ("amount_tolerance_minor", "fee_tolerance_minor", "write_off_limit_minor"):
            require_between(field, getattr(self, field), 0, MAX_AMOUNT_MINOR)

    def require_kind(self, kind: CounterpartyKind) -> None:
        """`InvalidField` for what this kind of counterparty cannot have."""
        if kind is CounterpartyKind.PROVIDER:
            return
        if not self.formats <= BANK_FORMATS:
            raise InvalidField("formats", "a bank sends camt_053, mt_940 or mapped_csv")
        if self.fetched_from is not None:
            raise InvalidField("fetched_from", "only of a provider can files be fetched")


@dataclass(frozen=True, slots=True)
class Counterparty:
    """A counterparty: ``owner_id`` owns our account for it, 1010 of a bank (the programme), 1020 of a provider."""

    id: UUID
    kind: CounterpartyKind
    code: str
    programme_id: UUID
    owner_id: UUID
    account_number: str | None
    currency: str
    terms: CounterpartyTerms
    created_at: datetime


def owner_of(kind: CounterpartyKind, code: str, programme_id: UUID) -> UUID:
    """The owner of our account for a counterparty, as postings have it."""
    return programme_id if kind is CounterpartyKind.BANK else provider_account(code)


def read_code(code: str) -> str:
    """The short name of a counterparty; `InvalidField` for what is none."""
    if not _CODE.fullmatch(code):
        raise InvalidField("code", "a small letter, then up to 31 small letters, digits, hyphens, underscores")
    return code


def read_number(kind: CounterpartyKind, number: str | None) -> str | None:
    """The number of our account there in its one spelling; a bank has one, a provider may."""
    if number is None:
        if kind is CounterpartyKind.BANK:
            raise InvalidField("account_number", "what statements name our account by")
        return None
    return read_account_number("account_number", number)


def names_account(statement_account: str, account_number: str) -> bool:
    """Whether what a statement calls its account is this one.

    Banks write a currency behind the number, or the bank's code and a slash before it.
    """
    plain = "".join(each for each in statement_account if each.isalnum() or each == "/").upper()
    candidates = {plain.replace("/", ""), plain.rpartition("/")[2]}
    return any(each == account_number or each[:-3] == account_number for each in candidates)
