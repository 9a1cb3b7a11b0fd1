"""When a sale may have happened, as its till tells it: one rule for every door through which a sale comes."""

from datetime import datetime, timedelta
from typing import Final

EARLIEST_EVENT: Final = timedelta(days=366)
"""How late a till that worked without a connection may tell of a sale."""

CLOCK_SKEW: Final = timedelta(minutes=5)
"""How far a till's clock may be ahead of ours."""


def is_acceptable(event_at: datetime, now: datetime) -> bool:
    """Whether a sale told of at ``now`` may have happened at ``event_at``; both ends of the span are accepted."""
    return -CLOCK_SKEW <= now - event_at <= EARLIEST_EVENT
