"""The cells of a report as people read them, on pages and where a spreadsheet can hold no number."""

from datetime import date
from typing import Final

from florin.domain.money import in_digits
from florin.domain.report import Cell, Check, Kind, Money, digits_of

PERCENT_DIGITS: Final = 2


def told(kind: Kind, cell: Cell, currency: str) -> str:
    """A cell in words and figures; nothing where there is nothing."""
    match cell:
        case None:
            return ""
        case Money(amount_minor, unit):
            return f"{in_digits(amount_minor, digits_of(unit, currency))} {unit}"
        case date():
            return cell.isoformat()
        case int() if kind is Kind.RATIO:
            return f"{in_digits(cell, PERCENT_DIGITS)} %"
        case _:
            return str(cell)


def check_row(check: Check, currency: str) -> list[str]:
    """A check in words: what it says, what was expected, what was found, and whether that is the same."""
    return [
        check.says,
        told(Kind.MONEY, check.expected, currency),
        told(Kind.MONEY, check.found, currency),
        told_check(check),
    ]


def told_check(check: Check) -> str:
    """Whether a check holds, for readers of either language."""
    return "相符 holds" if check.holds else "不符 DIFFERS"
