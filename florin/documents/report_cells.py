"""The cells of a report as people read them, on pages and where a spreadsheet can hold no number."""

from datetime import date

from florin.domain.money import in_digits
from florin.domain.report import Cell, Kind, Money, digits_of

PERCENT_DIGITS = 2


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


def told_check(check_holds: bool) -> str:  # noqa: FBT001 (the only thing it is asked about)
    """Whether a check holds, for readers of either language."""
    return "相符 holds" if check_holds else "不符 DIFFERS"
