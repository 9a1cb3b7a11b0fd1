"""Banking days: which days banks work on, as data, and how a number of them is counted.

Banks work from Monday to Friday. A calendar lists what differs: holidays, and in China also the weekend days that are
worked in exchange for the days between a holiday and a weekend. Business days are another thing (`business_day`): a
card pays on Sundays, a bank does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

_ONE_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5

LONGEST_CLOSURE_DAYS: Final = 60
"""A calendar without a banking day for so long is a mistake; China's longest closure, of 2026, takes nine."""


class NoBankingDayError(ValueError):
    """The calendar lists no banking day for two months."""


@dataclass(frozen=True, slots=True)
class BankCalendar:
    """The days that differ from the week's rule: True is worked although it is a weekend, False is a holiday."""

    differs: Mapping[date, bool] = field(default_factory=lambda: MappingProxyType({}))

    def is_worked(self, day: date) -> bool:
        """Whether banks work on a day."""
        return self.differs.get(day, day.weekday() < _SATURDAY)

    def at_or_after(self, day: date) -> date:
        """The first banking day from ``day`` on; `NoBankingDayError`."""
        for ahead in range(LONGEST_CLOSURE_DAYS):
            candidate = day + timedelta(days=ahead)
            if self.is_worked(candidate):
                return candidate
        raise NoBankingDayError(f"no banking day within {LONGEST_CLOSURE_DAYS} days of {day}")

    def _at_or_before(self, day: date) -> date:
        for back in range(LONGEST_CLOSURE_DAYS):
            candidate = day - timedelta(days=back)
            if self.is_worked(candidate):
                return candidate
        raise NoBankingDayError(f"no banking day within {LONGEST_CLOSURE_DAYS} days before {day}")

    def after(self, day: date, banking_days: int) -> date:
        """The banking day that is ``banking_days`` after ``day``, which counts as day nought whether worked or not.

        T+1 of a Friday, a Saturday and a Sunday is the Monday; T+0 is the first banking day from ``day`` on.
        """
        if not banking_days:
            return self.at_or_after(day)
        for _ in range(banking_days):
            day = self.at_or_after(day + _ONE_DAY)
        return day

    def before(self, day: date, banking_days: int) -> date:
        """The latest day from which there are at least ``banking_days`` up to and including ``day``."""
        for _ in range(banking_days):
            day = self._at_or_before(day) - _ONE_DAY
        return day

    def days_between(self, day: date, later: date) -> int:
        """How many banking days there are after ``day`` up to and including ``later``; none for an earlier one."""
        ahead = range(1, (later - day).days + 1)
        return sum(self.is_worked(day + timedelta(days=each)) for each in ahead)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=each) for each in range((last - first).days + 1)]


_HOLIDAYS_2026: Final = (
    (date(2026, 1, 1), date(2026, 1, 3)),
    (date(2026, 2, 15), date(2026, 2, 23)),
    (date(2026, 4, 4), date(2026, 4, 6)),
    (date(2026, 5, 1), date(2026, 5, 5)),
    (date(2026, 6, 19), date(2026, 6, 21)),
    (date(2026, 9, 25), date(2026, 9, 27)),
    (date(2026, 10, 1), date(2026, 10, 7)),
)
_WORKED_2026: Final = (
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
)

CHINA: Final[Mapping[int, Mapping[date, bool]]] = MappingProxyType(
    {
        2026: MappingProxyType(
            {day: False for first, last in _HOLIDAYS_2026 for day in _days(first, last)}
            | dict.fromkeys(_WORKED_2026, True)
        )
    }
)
"""What differs in mainland China, by year.

Source: notice of the General Office of the State Council on the holidays of 2026, 4 November 2025. Each year's is
published in the autumn before; the calendar of a programme is its own data, and this only fills it.
"""
