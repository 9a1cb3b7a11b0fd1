"""Where a bank's table has what: the mapping of its columns, saved with the counterparty."""

import re
from dataclasses import dataclass, fields
from typing import Final

from florin.domain.invalid_field import InvalidField

LONGEST_TITLE: Final = 64
MOST_SKIPPED_LINES: Final = 100
ENCODINGS: Final = frozenset({"utf-8", "gb18030", "utf-16", "iso-8859-1", "windows-1252"})
DELIMITERS: Final = frozenset({",", ";", "\t", "|"})
POINTS: Final = frozenset({".", ","})

_AMOUNTS: Final = ([True, False, False], [False, True, True])
_DAY_FORM: Final = re.compile(r"(?:%[Ymdy]|[-/. 年月日])+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """The titles of columns, and how what stands in them is written. `InvalidField` for what no table can have.

    Either ``amount`` holds signed amounts, below zero what leaves us, or ``amount_in`` and ``amount_out`` share them.
    ``balance`` is the balance after each row; with it each row is proved. ``day_form`` is of the letters of
    ``strptime``; ``point`` stands before the decimals, ``grouping`` between thousands. ``is_newest_first`` tells the
    order of the rows.
    """

    day: str
    day_form: str = "%Y-%m-%d"
    amount: str | None = None
    amount_in: str | None = None
    amount_out: str | None = None
    fee: str | None = None
    balance: str | None = None
    value_day: str | None = None
    currency: str | None = None
    account: str | None = None
    key: str | None = None
    other_key: str | None = None
    payout_key: str | None = None
    kind: str | None = None
    text: str | None = None
    party: str | None = None
    party_account: str | None = None
    encoding: str = "utf-8"
    delimiter: str = ","
    point: str = "."
    grouping: str = ""
    skipped_lines: int = 0
    is_newest_first: bool = False

    def __post_init__(self) -> None:
        """Refuse what no table can have."""
        if [self.amount is not None, self.amount_in is not None, self.amount_out is not None] not in _AMOUNTS:
            raise InvalidField("columns.amount", "either amount, or amount_in and amount_out")
        if self.fee is not None and self.balance is not None:
            raise InvalidField("columns.fee", "a table with balances has its fees in rows of their own")
        for name in TITLES:
            title = getattr(self, name)
            if title is not None and not (1 <= len(title) <= LONGEST_TITLE and title.isprintable()):
                raise InvalidField(f"columns.{name}", f"1 to {LONGEST_TITLE} printable characters")
        if self.encoding not in ENCODINGS:
            raise InvalidField("columns.encoding", f"one of {', '.join(sorted(ENCODINGS))}")
        if self.delimiter not in DELIMITERS:
            raise InvalidField("columns.delimiter", "a comma, semicolon, tab or bar")
        if self.point not in POINTS or self.grouping not in {"", ",", ".", " ", "'"} or self.grouping == self.point:
            raise InvalidField("columns.point", "a point or comma, and another sign between thousands")
        if not _DAY_FORM.fullmatch(self.day_form) or not _tells_a_day(self.day_form):
            raise InvalidField("columns.day_form", "year, month and day, as in %Y-%m-%d")
        if not 0 <= self.skipped_lines <= MOST_SKIPPED_LINES:
            raise InvalidField("columns.skipped_lines", f"0 to {MOST_SKIPPED_LINES}")

    @property
    def titles(self) -> frozenset[str]:
        """The titles that a table must have."""
        return frozenset(title for name in TITLES if (title := getattr(self, name)) is not None)


_HOW: Final = frozenset({"day_form", "encoding", "delimiter", "point", "grouping", "skipped_lines", "is_newest_first"})
TITLES: Final = tuple(field.name for field in fields(ColumnMapping) if field.name not in _HOW)
"""The fields that are titles of columns; the others tell how things are written."""


def _tells_a_day(form: str) -> bool:
    return all(form.count(f"%{each}") == 1 for each in "md") and form.count("%Y") + form.count("%y") == 1
