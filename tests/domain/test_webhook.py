from datetime import UTC, datetime, timedelta

import pytest

from florin.domain.event_names import EVENT_NAMES
from florin.domain.webhook import (
    ATTEMPTS,
    CUSTOMER_EVENTS,
    LONGEST_WAIT,
    MERCHANT_EVENTS,
    RETRY_AFTER,
    SPREADS,
    next_attempt,
)

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)


def test_ten_attempts_are_made_over_75_hours_and_a_half() -> None:
    at = [timedelta()]
    while (following := next_attempt(len(at), NOW + at[-1], spread=0)) is not None:
        at.append(following - NOW)
    assert ATTEMPTS == len(at)
    assert timedelta(hours=75, minutes=35, seconds=5) == at[-1] == sum(RETRY_AFTER, timedelta())


@pytest.mark.parametrize("attempts", range(1, ATTEMPTS))
def test_what_has_failed_together_is_not_tried_together_again(attempts: int) -> None:
    at = [next_attempt(attempts, NOW, spread=each) or NOW for each in range(0, SPREADS, 64)]
    wait = RETRY_AFTER[attempts - 1]
    assert sorted(set(at)) == at
    assert NOW + wait == at[0]
    assert wait < at[-1] - NOW < wait * 11 // 10 <= LONGEST_WAIT


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (timedelta(seconds=1), timedelta(seconds=5)),
        (timedelta(minutes=2), timedelta(minutes=2)),
        (timedelta(days=400), LONGEST_WAIT),
    ],
)
def test_a_receiver_may_ask_for_more_time_and_not_for_all_of_it(asked: timedelta, expected: timedelta) -> None:
    assert NOW + expected == next_attempt(1, NOW, spread=0, asked=asked)


def test_merchants_and_customers_are_told_of_events_that_exist() -> None:
    assert set() == (MERCHANT_EVENTS | CUSTOMER_EVENTS) - set(EVENT_NAMES)
