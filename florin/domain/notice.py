"""Notices: what people are told, over which channel, and what of it they may switch off."""

from calendar import isleap, monthrange
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum, auto
from typing import Final

from florin.domain.people import Role


class NoticeKind(StrEnum):
    """What a notice is about; its text is a template of that name."""

    BALANCE_LAPSED = auto()
    BIRTHDAY = auto()
    CARD_EXPIRES = auto()
    CASE_CHANGED = auto()
    CLAIM_LINK = auto()
    CLOSURE_CANCELLED = auto()
    CLOSURE_COOLED = auto()
    CLOSURE_PAID = auto()
    CLOSURE_REQUESTED = auto()
    DORMANT = auto()
    FUNDING_RECEIVED = auto()
    FUNDING_REFUND_PAID = auto()
    INACTIVE = auto()
    LOW_BALANCE = auto()
    MEMBER_DAY = auto()
    ONE_TIME_CODE = auto()
    ORDER_APPROVED = auto()
    ORDER_CANCELLED = auto()
    ORDER_FUNDED = auto()
    ORDER_INCOMPLETE = auto()
    ORDER_READY = auto()
    ORDER_RETURNED = auto()
    ORDER_WAITS = auto()
    PURCHASE = auto()
    REFERRAL = auto()
    REVIEW_ASKED = auto()
    TIER_REACHED = auto()
    TOP_UP = auto()
    TOP_UP_REFUNDED = auto()
    VOUCHER = auto()
    VOUCHER_EXPIRES = auto()
    WEBHOOK_DISABLED = auto()
    WELCOME = auto()


class Channel(StrEnum):
    """How a notice goes out. Either: to an address that is a mail address or a mobile number."""

    MAIL = auto()
    SMS = auto()
    EITHER = auto()


class Language(StrEnum):
    """The languages that templates are written in."""

    ZH = auto()
    EN = auto()


_K: Final = NoticeKind

ALWAYS_SENT: Final = frozenset(
    {
        _K.BALANCE_LAPSED,
        _K.CLAIM_LINK,
        _K.CLOSURE_CANCELLED,
        _K.CLOSURE_COOLED,
        _K.CLOSURE_PAID,
        _K.CLOSURE_REQUESTED,
        _K.DORMANT,
        _K.ONE_TIME_CODE,
        _K.TOP_UP_REFUNDED,
        _K.WEBHOOK_DISABLED,
    }
)
"""What the law, a contract or the matter itself asks for: nobody can switch it off."""

ON_REQUEST: Final = frozenset({_K.PURCHASE})
"""What is sent only to members who have asked for it."""

URGENT: Final = frozenset({_K.CLAIM_LINK, _K.CLOSURE_REQUESTED, _K.ONE_TIME_CODE})
"""What somebody waits for: it goes out in quiet hours too, and past what still waits for the same person."""

KEPT: Final = frozenset({_K.BIRTHDAY, _K.CARD_EXPIRES})
"""What is looked for day after day: that it has been told shows from the notice alone, which is never deleted."""

KIND_OF_EVENT: Final = {
    "balance.lapsed": _K.BALANCE_LAPSED,
    "card.redeemed": _K.TOP_UP,
    "case.changed": _K.CASE_CHANGED,
    "cash_order.delivered": _K.REVIEW_ASKED,
    "closure.cancelled": _K.CLOSURE_CANCELLED,
    "closure.requested": _K.CLOSURE_REQUESTED,
    "closure.settled": _K.CLOSURE_PAID,
    "member.balance_low": _K.LOW_BALANCE,
    "member.tier_changed": _K.TIER_REACHED,
    "purchase.completed": _K.PURCHASE,
    "top_up.completed": _K.TOP_UP,
    "top_up.refunded": _K.TOP_UP_REFUNDED,
    "voucher.granted": _K.VOUCHER,
}
"""Events that a member is told of. The member is the event's subject, or the ``member_id`` that its payload names."""

CUSTOMERS_ARE_TOLD: Final = {
    "funding.received": (_K.FUNDING_RECEIVED, frozenset({Role.BUYER})),
    "funding.refund_paid": (_K.FUNDING_REFUND_PAID, frozenset({Role.BUYER, Role.APPROVER})),
    "order.approved": (_K.ORDER_APPROVED, frozenset({Role.BUYER, Role.APPROVER})),
    "order.cancelled": (_K.ORDER_CANCELLED, frozenset({Role.BUYER, Role.APPROVER})),
    "order.funded": (_K.ORDER_FUNDED, frozenset({Role.BUYER})),
    "order.partially_failed": (_K.ORDER_INCOMPLETE, frozenset({Role.BUYER})),
    "order.ready": (_K.ORDER_READY, frozenset({Role.BUYER})),
    "order.returned": (_K.ORDER_RETURNED, frozenset({Role.BUYER})),
    "order.submitted": (_K.ORDER_WAITS, frozenset({Role.APPROVER})),
}
"""Events that a customer's people are told of by mail, and who in which roles; each switches off what is not wanted.

Of a submitted order its approvers are told where one of them must consent.
"""

TO_CUSTOMERS: Final = frozenset(kind for kind, _ in CUSTOMERS_ARE_TOLD.values())


def kinds_for(roles: frozenset[Role]) -> list[NoticeKind]:
    """What one of a customer's people in these roles may be told of."""
    return sorted(kind for kind, those in CUSTOMERS_ARE_TOLD.values() if not those.isdisjoint(roles))


VOUCHER_WARNING: Final = timedelta(days=7)
"""So long before a voucher lapses its member is told, unless it was granted after that."""

RETRY_AFTER: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=24),
)
"""What lies between an attempt that a recipient's server refused for now and the next."""

LONGEST_WAIT: Final = timedelta(days=1)
"""Nothing is put off longer than this, by a refusal or by quiet hours, unless the clock has been put back since."""


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When to try again after ``attempts`` that were refused for now; None when it is given up."""
    return now + RETRY_AFTER[attempts - 1] if attempts <= len(RETRY_AFTER) else None


def quiet_until(now: datetime, zone: tzinfo, begins: time, ends: time) -> datetime | None:
    """When the quiet hours end that ``now`` lies in; None when it does not. They may go over midnight."""
    local = now.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    is_quiet = begins <= clock < ends if begins <= ends else clock >= begins or clock < ends
    if not is_quiet:
        return None
    day = local.date() if clock < ends else local.date() + timedelta(days=1)
    return datetime.combine(day, ends, zone).astimezone(UTC)


def birthdays_of(day: date) -> tuple[int, ...]:
    """The months and days of birth, as 101 to 1231, of whoever is congratulated on a day.

    In a year without a 29 February those who were born on it are congratulated on the 28th.
    """
    today = day.month * 100 + day.day
    return (228, 229) if today == _END_OF_FEBRUARY and not isleap(day.year) else (today,)


def is_member_day(day_of_month: int, day: date) -> bool:
    """Whether a day is the members' day: that day of the month, or the last of a month that is too short for it."""
    return day.day == min(day_of_month, monthrange(day.year, day.month)[1])


_END_OF_FEBRUARY: Final = 228
