"""Notices: what people are told, over which channel, and what of it they may switch off."""

from enum import StrEnum, auto
from typing import Final


class NoticeKind(StrEnum):
    """What a notice is about; its text is a template of that name."""

    BALANCE_LAPSED = auto()
    BIRTHDAY = auto()
    CARD_EXPIRES = auto()
    CLAIM_LINK = auto()
    CLOSURE_CANCELLED = auto()
    CLOSURE_PAID = auto()
    CLOSURE_REQUESTED = auto()
    DORMANT = auto()
    INACTIVE = auto()
    LOW_BALANCE = auto()
    MEMBER_DAY = auto()
    ONE_TIME_CODE = auto()
    PURCHASE = auto()
    TOP_UP = auto()
    TOP_UP_REFUNDED = auto()
    VOUCHER = auto()
    WEBHOOK_DISABLED = auto()


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

KIND_OF_EVENT: Final = {
    "balance.lapsed": _K.BALANCE_LAPSED,
    "card.redeemed": _K.TOP_UP,
    "closure.cancelled": _K.CLOSURE_CANCELLED,
    "closure.requested": _K.CLOSURE_REQUESTED,
    "closure.settled": _K.CLOSURE_PAID,
    "member.balance_low": _K.LOW_BALANCE,
    "purchase.completed": _K.PURCHASE,
    "top_up.completed": _K.TOP_UP,
    "top_up.refunded": _K.TOP_UP_REFUNDED,
    "voucher.granted": _K.VOUCHER,
}
"""Events that a member is told of. The member is the event's subject, or the ``member_id`` that its payload names."""
