from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from florin.domain.business_day import business_date, next_open, opens_at

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
MIDNIGHT = time(0)
INSTANT = timedelta(microseconds=1)
FIRST, LAST = datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2035-01-01")


@pytest.mark.parametrize(
    ("local", "cut_off", "expected"),
    [
        # Midnight: the calendar day.
        ("2026-03-05T00:00", MIDNIGHT, date(2026, 3, 5)),
        ("2026-03-05T23:59:59", MIDNIGHT, date(2026, 3, 5)),
        # Late in the day: the date ends early.
        ("2026-03-05T22:59:59", time(23), date(2026, 3, 5)),
        ("2026-03-05T23:00", time(23), date(2026, 3, 6)),
        ("2026-12-31T23:00", time(23), date(2027, 1, 1)),
        # Small hours: the night belongs to the evening before.
        ("2026-03-05T03:59:59", time(4), date(2026, 3, 4)),
        ("2026-03-05T04:00", time(4), date(2026, 3, 5)),
        ("2026-03-01T00:30", time(4), date(2026, 2, 28)),
        # Noon: the day that begins with it.
        ("2026-03-05T11:59:59", time(12), date(2026, 3, 4)),
        ("2026-03-05T12:00", time(12), date(2026, 3, 5)),
        ("2026-03-05T12:00", time(12, 1), date(2026, 3, 5)),
        ("2026-03-05T12:01", time(12, 1), date(2026, 3, 6)),
    ],
)
def test_an_instant_at_the_cut_off_belongs_to_the_day_that_begins(local: str, cut_off: time, expected: date) -> None:
    assert expected == business_date(datetime.fromisoformat(local).replace(tzinfo=SHANGHAI), SHANGHAI, cut_off)


def test_the_zone_of_the_instant_does_not_matter() -> None:
    assert date(2026, 3, 6) == business_date(datetime(2026, 3, 5, 16, tzinfo=UTC), SHANGHAI, MIDNIGHT)


@pytest.mark.parametrize(
    ("utc", "cut_off", "expected"),
    [
        # 8 March 2026, New York: 02:00 to 03:00 is missing. A cut-off of 02:30 falls at 03:30 summer time.
        ("2026-03-08T07:00", time(2, 30), date(2026, 3, 7)),  # 03:00
        ("2026-03-08T07:29:59", time(2, 30), date(2026, 3, 7)),  # 03:29:59
        ("2026-03-08T07:30", time(2, 30), date(2026, 3, 8)),  # 03:30
        # 1 November 2026: 01:00 to 02:00 comes twice. A cut-off of 01:30 is the first, and stays passed.
        ("2026-11-01T05:29:59", time(1, 30), date(2026, 10, 31)),  # 01:29:59, first time
        ("2026-11-01T05:30", time(1, 30), date(2026, 11, 1)),  # 01:30, first time
        ("2026-11-01T06:00", time(1, 30), date(2026, 11, 1)),  # 01:00, second time
        # Days of 23 and 25 hours at midnight.
        ("2026-03-09T03:59:59", MIDNIGHT, date(2026, 3, 8)),
        ("2026-03-09T04:00", MIDNIGHT, date(2026, 3, 9)),
        ("2026-11-02T04:59:59", MIDNIGHT, date(2026, 11, 1)),
        ("2026-11-02T05:00", MIDNIGHT, date(2026, 11, 2)),
    ],
)
def test_summer_time_moves_the_cut_off_and_reopens_nothing(utc: str, cut_off: time, expected: date) -> None:
    assert expected == business_date(datetime.fromisoformat(utc).replace(tzinfo=UTC), NEW_YORK, cut_off)


def test_a_calendar_day_that_a_zone_skipped_is_an_empty_business_day() -> None:
    apia = ZoneInfo("Pacific/Apia")  # went from 29 to 31 December 2011 when it crossed the date line
    last_of_29 = datetime(2011, 12, 30, 9, 59, 59, tzinfo=UTC)

    assert date(2011, 12, 29) == business_date(last_of_29, apia, MIDNIGHT)
    assert date(2011, 12, 31) == business_date(last_of_29 + timedelta(seconds=1), apia, MIDNIGHT)


@given(
    st.datetimes(FIRST, LAST, timezones=st.just(UTC)),
    st.timedeltas(timedelta(0), timedelta(days=2)),
    st.times(),
    st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Pacific/Apia"]),
)
def test_dates_never_go_backwards_and_contain_their_instants(
    now: datetime, later: timedelta, cut_off: time, zone: str
) -> None:
    time_zone = ZoneInfo(zone)
    today = business_date(now, time_zone, cut_off)

    assert opens_at(today, time_zone, cut_off) <= now < opens_at(today + timedelta(days=1), time_zone, cut_off)
    assert today <= business_date(now + later, time_zone, cut_off)


def test_an_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        business_date(datetime(2026, 3, 5, 12), SHANGHAI, MIDNIGHT)  # noqa: DTZ001 - this is the fault


def test_a_day_opens_at_the_instant_at_which_the_one_before_closes() -> None:
    opening = opens_at(date(2026, 3, 6), SHANGHAI, time(23))

    assert datetime(2026, 3, 5, 15, tzinfo=UTC) == opening
    assert date(2026, 3, 5) == business_date(opening - INSTANT, SHANGHAI, time(23))


@pytest.mark.parametrize(
    ("last_sealed", "expected"),
    [
        (None, date(2026, 3, 5)),
        (date(2026, 3, 3), date(2026, 3, 5)),
        (date(2026, 3, 4), date(2026, 3, 5)),
        (date(2026, 3, 5), date(2026, 3, 6)),
        (date(2026, 3, 31), date(2026, 4, 1)),
    ],
)
def test_what_belongs_to_a_sealed_day_is_booked_in_the_first_open_one(last_sealed: date | None, expected: date) -> None:
    assert expected == next_open(date(2026, 3, 5), last_sealed)
