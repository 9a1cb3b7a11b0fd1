"""Business days: which date an instant is booked under, in the programme's time zone and with its cut-off.

A business day runs from one cut-off to the next, and bears the calendar date whose noon lies in it. So a cut-off of
00:00 gives calendar days; one late in the day (23:00) ends the date early, and what comes at or after it belongs to the
next date, as banks and card schemes have it (compare UCC 4-108 and Directive (EU) 2015/2366, article 78); one in the
small hours (04:00) lets a shop's night belong to the evening before, as tills have it. Every day, a weekend's too, is
a business day: cards pay on Sundays.

The cut-off is turned into an instant and instants are compared, so a repeated or missing hour of summer time neither
reopens a date that has ended nor skips one: dates never go backwards. A cut-off that falls into a repeated hour is its
first occurrence, one in a missing hour is taken with the offset before the gap (RFC 5545, section 3.3.5).
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

_ONE_DAY: Final = timedelta(days=1)
_NOON: Final = time(12)


def opens_at(business_date: date, time_zone: tzinfo, cut_off: time) -> datetime:
    """The first instant of ``business_date``, in UTC; it closes at the instant at which the next date opens.

    ``cut_off`` is a wall-clock time in ``time_zone``, without a zone of its own.
    """
    calendar_date = business_date if cut_off <= _NOON else business_date - _ONE_DAY
    return datetime.combine(calendar_date, cut_off.replace(fold=0), time_zone).astimezone(UTC)


def business_date(now: datetime, time_zone: tzinfo, cut_off: time) -> date:
    """The business date of the instant ``now`` (timezone-aware); ``ValueError`` if it has no time zone."""
    if now.tzinfo is None:
        raise ValueError("an instant has a time zone")
    local_date = now.astimezone(time_zone).date()
    for candidate in (local_date + _ONE_DAY, local_date):
        if opens_at(candidate, time_zone, cut_off) <= now:
            return candidate
    return local_date - _ONE_DAY


def next_open(wanted: date, last_sealed: date | None) -> date:
    """The date under which something that belongs to ``wanted`` is booked: itself, or the first one not sealed.

    Sealed days never change, so what arrives late (a clearing file of last week) is booked in the open day; the time at
    which it happened is kept beside it.
    """
    return wanted if last_sealed is None else max(wanted, last_sealed + _ONE_DAY)
