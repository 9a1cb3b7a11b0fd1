"""How old a break is: in banking days since its value date, less those by which the other side is usually later."""

from datetime import date
from enum import StrEnum, auto
from typing import Final

from florin.domain.bank_calendar import BankCalendar


class AgeBucket(StrEnum):
    """Ages as they are reported together."""

    NOT_DUE = auto()  # the other side is not later than usual
    UP_TO_3 = auto()
    UP_TO_10 = auto()
    UP_TO_30 = auto()
    OVER_30 = auto()


_UP_TO: Final = ((0, AgeBucket.NOT_DUE), (3, AgeBucket.UP_TO_3), (10, AgeBucket.UP_TO_10), (30, AgeBucket.UP_TO_30))


def age_days(calendar: BankCalendar, value_on: date, lag_days: int, today: date) -> int:
    """The banking days for which a difference has been due; none while the other side is not later than usual."""
    return max(0, calendar.days_between(value_on, today) - lag_days)


def bucket_of(age: int) -> AgeBucket:
    """The bucket of an age in banking days."""
    return next((bucket for most, bucket in _UP_TO if age <= most), AgeBucket.OVER_30)


def as_old_as(calendar: BankCalendar, least_days: int, lag_days: int, today: date) -> date:
    """The latest value date of what is at least so many banking days old."""
    return calendar.before(today, least_days + lag_days)
