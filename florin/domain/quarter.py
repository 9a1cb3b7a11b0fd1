"""Quarters of the calendar, by which regulators are reported to."""

from datetime import date, timedelta
from typing import Final

_ONE_DAY: Final = timedelta(days=1)
_MONTHS: Final = 3


def quarter_of(day: date) -> tuple[date, date]:
    """The first and the last day of the quarter in which a day lies."""
    month = day.month - (day.month - 1) % _MONTHS
    first = day.replace(month=month, day=1)
    return first, _first_of_next(first) - _ONE_DAY


def end_of_last_quarter(day: date) -> date:
    """The last day of the quarter before the one in which a day lies."""
    return quarter_of(day)[0] - _ONE_DAY


def due_on(quarter_end: date, day_of_month: int) -> date:
    """A day of the month that follows a quarter."""
    return (quarter_end + _ONE_DAY).replace(day=day_of_month)


def _first_of_next(first: date) -> date:
    following = first.month + _MONTHS
    return date(first.year + 1, 1, 1) if following > 12 else first.replace(month=following)  # noqa: PLR2004 (months)
