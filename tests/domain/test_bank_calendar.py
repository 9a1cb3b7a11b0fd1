"""Banking days, by the calendar of China for 2026 and by none."""

from datetime import date

import pytest

from florin.domain.bank_calendar import CHINA, BankCalendar, NoBankingDayError

CN = BankCalendar(CHINA[2026])


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 2, 13), True),  # a Friday
        (date(2026, 2, 14), True),  # a Saturday that is worked before the Spring Festival
        (date(2026, 2, 16), False),  # the festival's Monday
        (date(2026, 2, 23), False),
        (date(2026, 2, 24), True),
        (date(2026, 2, 28), True),  # the Saturday in exchange
        (date(2026, 3, 1), False),  # a Sunday like any other
        (date(2026, 9, 20), True),  # a Sunday that is worked
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),
    ],
)
def test_holidays_and_worked_weekends_are_data(day: date, worked: bool) -> None:  # noqa: FBT001 (a table)
    assert worked == CN.is_worked(day)


@pytest.mark.parametrize(
    ("calendar", "day", "days", "expected"),
    [
        (BankCalendar(), date(2026, 3, 2), 0, date(2026, 3, 2)),
        (BankCalendar(), date(2026, 3, 7), 0, date(2026, 3, 9)),
        (BankCalendar(), date(2026, 3, 6), 1, date(2026, 3, 9)),
        (BankCalendar(), date(2026, 3, 7), 1, date(2026, 3, 9)),
        (BankCalendar(), date(2026, 3, 8), 1, date(2026, 3, 9)),
        (BankCalendar(), date(2026, 3, 5), 3, date(2026, 3, 10)),
        (CN, date(2026, 2, 13), 1, date(2026, 2, 14)),
        (CN, date(2026, 2, 14), 1, date(2026, 2, 24)),
        (CN, date(2026, 9, 30), 2, date(2026, 10, 9)),
        (CN, date(2026, 10, 9), 1, date(2026, 10, 10)),
    ],
)
def test_days_are_counted_on_banking_days_alone(calendar: BankCalendar, day: date, days: int, expected: date) -> None:
    assert expected == calendar.after(day, days)


def test_the_days_between_are_those_that_counting_takes() -> None:
    assert 3 == CN.days_between(date(2026, 2, 13), date(2026, 2, 25))
    assert 0 == CN.days_between(date(2026, 2, 13), date(2026, 2, 13))
    assert 0 == CN.days_between(date(2026, 2, 13), date(2026, 2, 10))


def test_a_calendar_without_any_banking_day_is_refused() -> None:
    never = BankCalendar({date.fromordinal(date(2026, 1, 1).toordinal() + n): False for n in range(365)})
    with pytest.raises(NoBankingDayError):
        never.after(date(2026, 1, 1), 1)
