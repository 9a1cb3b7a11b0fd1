from datetime import UTC, datetime, timedelta

from florin.domain.event_names import EVENT_NAMES
from florin.domain.webhook import ATTEMPTS, CUSTOMER_EVENTS, MERCHANT_EVENTS, RETRY_AFTER, next_attempt

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)


def test_ten_attempts_are_made_over_75_hours_and_a_half() -> None:
    at = [timedelta()]
    while (following := next_attempt(len(at), NOW + at[-1])) is not None:
        at.append(following - NOW)
    assert ATTEMPTS == len(at)
    assert timedelta(hours=75, minutes=35, seconds=5) == at[-1] == sum(RETRY_AFTER, timedelta())


def test_merchants_and_customers_are_told_of_events_that_exist() -> None:
    assert set() == (MERCHANT_EVENTS | CUSTOMER_EVENTS) - set(EVENT_NAMES)
