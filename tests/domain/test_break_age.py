"""A break is as old as the banking days since its value date, less those by which the other side is usually later."""

from datetime import date, timedelta

import pytest

from florin.domain.bank_calendar import CHINA, BankCalendar
from florin.domain.break_age import AgeBucket, age_days, as_old_as, bucket_of

MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("since", "lag_days", "today", "expected"),
    [
        (MONDAY, 0, MONDAY, 0),
        (MONDAY, 0, date(2026, 3, 3), 1),
        (MONDAY, 1, date(2026, 3, 3), 0),
        (MONDAY, 1, date(2026, 3, 4), 1),
        (date(2026, 3, 6), 1, date(2026, 3, 9), 0),
        (date(2026, 3, 6), 1, date(2026, 3, 10), 1),
        (MONDAY, 5, MONDAY, 0),
    ],
    ids=["today", "a day", "usual", "late", "over a weekend", "after it", "never below nought"],
)
def test_an_age(since: date, lag_days: int, today: date, expected: int) -> None:
    assert expected == age_days(BankCalendar(), since, lag_days, today)


def test_holidays_do_not_make_a_break_older() -> None:
    assert 0 == age_days(BankCalendar(CHINA[2026]), date(2026, 9, 30), 0, date(2026, 10, 7))


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (0, AgeBucket.NOT_DUE), (1, AgeBucket.UP_TO_3), (3, AgeBucket.UP_TO_3), (4, AgeBucket.UP_TO_10),
        (10, AgeBucket.UP_TO_10), (11, AgeBucket.UP_TO_30), (30, AgeBucket.UP_TO_30), (31, AgeBucket.OVER_30),
    ],
)  # fmt: skip
def test_the_bucket_of_an_age(age: int, expected: AgeBucket) -> None:
    assert expected == bucket_of(age)


@pytest.mark.parametrize("least_days", range(1, 12))
@pytest.mark.parametrize("today", [date(2026, 10, 5) + timedelta(days=each) for each in range(7)])
def test_the_latest_date_of_an_age_is_of_that_age_and_the_next_is_not(today: date, least_days: int) -> None:
    calendar = BankCalendar(CHINA[2026])
    latest = as_old_as(calendar, least_days, 2, today)
    assert least_days <= age_days(calendar, latest, 2, today)
    assert least_days > age_days(calendar, latest + timedelta(days=1), 2, today)
