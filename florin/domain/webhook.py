"""Webhooks: how often a delivery is tried, and which events whose endpoint may see.

The schedule is the one that the Standard Webhooks specification recommends ("Deliverability and reliability"): ten
attempts over 75 hours and a half, so that a receiver that is down from Friday evening to Monday morning misses nothing.
As it recommends too, no two events wait for quite as long, and a receiver may ask for more time (``Retry-After``).
"""

from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import Final

RETRY_AFTER: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""What lies between an attempt and the next; the first is made at once."""

ATTEMPTS: Final = len(RETRY_AFTER) + 1

SPREADS: Final = 1024
"""How finely waits are spread: each grows by up to a tenth, so that what has failed together does not come together."""

LONGEST_WAIT: Final = max(RETRY_AFTER) * 11 // 10
"""Nothing is due later than this from now, unless the clock has been put back: then it is due at once."""

GONE: Final = 410
"""The status code by which a receiver says that it wants nothing any more, for good."""

SECRETS_OVERLAP: Final = timedelta(days=1)
"""After a rotation both secrets sign for so long, so that a receiver can change over without losing anything."""

MERCHANT_EVENTS: Final = frozenset(
    {
        "card.activated",
        "card.taken_back",
        "case.changed",
        "cash_order.reviewed",
        "hold.expired",
        "purchase.completed",
        "purchase.refunded",
        "purchase.reversed",
        "purchase.voided",
    }
)
"""What a merchant is told of its own tills' doings, and of what becomes of its own orders and of cases about it."""

CUSTOMER_EVENTS: Final = frozenset(
    {
        "batch.completed",
        "card.activated",
        "card.replaced",
        "card_link.sent",
        "funding.received",
        "funding.refund_paid",
        "funding.refunded",
        "order.activated",
        "order.approved",
        "order.cancelled",
        "order.delivered",
        "order.funded",
        "order.line_dropped",
        "order.partially_failed",
        "order.ready",
        "order.returned",
        "order.submitted",
    }
)
"""What a corporate customer is told of its own orders and money."""


class EndpointOwner(StrEnum):
    """Whose endpoint it is, and with it whose events it gets; the operator's get all."""

    OPERATOR = auto()
    MERCHANT = auto()
    CUSTOMER = auto()


class EndpointStatus(StrEnum):
    """Whether deliveries are made to an endpoint."""

    ACTIVE = auto()
    DISABLED = auto()
    REMOVED = auto()


class DisabledReason(StrEnum):
    """Why an endpoint gets nothing."""

    ASKED = auto()  # its owner or an operator wanted it so
    GONE = auto()  # the receiver has answered 410
    FAILING = auto()  # nothing came through for a whole schedule of attempts


class WebhookDeliveryStatus(StrEnum):
    """What has become of an event at an endpoint."""

    WAITING = auto()
    DELIVERED = auto()
    FAILED = auto()  # every attempt of the schedule was in vain; it can be replayed


def next_attempt(attempts: int, now: datetime, *, spread: int, asked: timedelta | None = None) -> datetime | None:
    """When to try again after ``attempts`` in vain, the last of them now; None when the schedule is through.

    ``spread`` (0 to `SPREADS` - 1) is the share of a tenth that is added; ``asked`` is what the receiver asks to be
    left alone for, which makes a wait longer and never shorter.
    """
    if attempts >= ATTEMPTS:
        return None
    wait = RETRY_AFTER[attempts - 1]
    wait += wait * spread // (10 * SPREADS)
    return now + (wait if asked is None else max(wait, min(asked, LONGEST_WAIT)))


def event_names_for(owner: EndpointOwner) -> frozenset[str] | None:
    """The events that an endpoint of that owner can be told of; None for all of them."""
    match owner:
        case EndpointOwner.OPERATOR:
            return None
        case EndpointOwner.MERCHANT:
            return MERCHANT_EVENTS
        case EndpointOwner.CUSTOMER:
            return CUSTOMER_EVENTS
