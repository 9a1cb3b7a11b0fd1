"""A report as data: what it says, of which programme and days, and the checks by which it ties to the book.

JSON, spreadsheet and pages are three renderings of this one thing, so none of them can say what the others do not.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto

from florin.domain.chart import UNITS as OWN_UNITS
from florin.domain.chart import AccountCode
from florin.domain.money import MINOR_DIGITS, minor_digits


class Kind(StrEnum):
    """What the cells of a column are."""

    TEXT = auto()
    DATE = auto()
    COUNT = auto()
    MONEY = auto()
    RATIO = auto()  # in basis points, whole ones


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of a report, in minor units of its own unit; differences and debts are below zero."""

    amount_minor: int
    unit: str


Cell = str | int | date | Money | None
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the name that programs know it by, and what it is called in Chinese."""

    name: str
    chinese: str
    kind: Kind

    @property
    def heading(self) -> str:
        """What stands above it, for readers of either language."""
        return f"{self.chinese} {words(self.name)}"


@dataclass(frozen=True, slots=True)
class Section:
    """A table of a report; ``totals`` are rows of the same columns that stand below it."""

    name: str
    chinese: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    totals: tuple[Row, ...] = ()

    def __post_init__(self) -> None:
        """Every row has a cell for each column: anything else is a fault of ours."""
        if any(len(row) != len(self.columns) for row in (*self.rows, *self.totals)):
            raise ValueError(f"{self.name}: a row has not as many cells as there are columns")

    @property
    def heading(self) -> str:
        """What stands above the table."""
        return f"{self.chinese} {words(self.name)}"


@dataclass(frozen=True, slots=True)
class Check:
    """Two figures that come from different places of the book and must be the same."""

    says: str
    expected: Money | int
    found: Money | int

    @property
    def holds(self) -> bool:
        """Whether they are."""
        return self.expected == self.found


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report of one programme. ``since`` is None where it tells how things stood at the end of ``through``.

    ``facts`` are single figures and what they are; ``alarms`` is what somebody has to act on.
    """

    name: str
    chinese: str
    programme: str
    currency: str
    since: date | None
    through: date
    facts: tuple[tuple[Column, Cell], ...] = ()
    sections: tuple[Section, ...]
    checks: tuple[Check, ...]
    notes: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Its title for readers of either language."""
        return f"{self.chinese} {words(self.name)}"

    @property
    def holds(self) -> bool:
        """Whether all its checks do."""
        return all(each.holds for each in self.checks)


def words(name: str) -> str:
    """A name that programs know as people read it."""
    return name.replace("_", " ")


def digits_of(unit: str, currency: str) -> int:
    """How many decimals amounts of a unit are shown with, in a book of a currency.

    Points are counted, and the faces of vouchers are minor units of the currency.
    """
    if unit == OWN_UNITS[AccountCode.POINTS]:
        return 0
    return minor_digits(unit if unit in MINOR_DIGITS else currency)
