"""Quarters and bands of days."""

from datetime import date

import pytest

from florin.domain.ageing import Bands, aged
from florin.domain.quarter import due_on, end_of_last_quarter, quarter_of


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 5, 17), date(2026, 4, 1), date(2026, 6, 30)),
        (date(2026, 9, 30), date(2026, 7, 1), date(2026, 9, 30)),
        (date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_a_day_lies_in_its_quarter(day: date, first: date, last: date) -> None:
    assert (first, last) == quarter_of(day)


def test_the_quarter_before_ends_the_day_before_and_is_told_of_after_it() -> None:
    assert date(2025, 12, 31) == end_of_last_quarter(date(2026, 2, 28))
    assert date(2027, 1, 25) == due_on(date(2026, 12, 31), 25)


@pytest.mark.parametrize(("days", "band"), [(-3, 0), (0, 0), (30, 0), (31, 1), (90, 1), (91, 2), (9_999, 2)])
def test_days_belong_to_the_band_that_they_have_reached(days: int, band: int) -> None:
    bands = Bands((31, 91))
    assert ("0-30", "31-90", "91+") == bands.names
    assert band == bands.of(days)


@pytest.mark.parametrize(
    ("grew", "shrank", "bands"),
    [
        ([100, 60, 30, 0, 0], 0, [40, 30, 30, 0, 0]),
        ([100, 60, 30, 0, 0], 45, [40, 15, 0, 0, 0]),
        ([100, 100, 100, 100, 100], 30, [0, 0, 0, 0, 70]),
        ([100, 60, 30, 10, 0], 100, [0, 0, 0, 0, 0]),
        ([100, 60, 30, 10, 0], 130, [-30, 0, 0, 0, 0]),
    ],
)
def test_the_oldest_is_paid_first(grew: list[int], shrank: int, bands: list[int]) -> None:
    assert bands == aged(grew, shrank)
    assert grew[0] - shrank == sum(bands)
