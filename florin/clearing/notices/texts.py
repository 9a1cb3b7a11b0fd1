"""The texts of notices: those that come with Florin, as data, and what a text may name in each kind of notice."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Final

from florin.domain.notice import Channel, Language, NoticeKind
from florin.domain.notice_text import Template


@cache
def default_template(kind: NoticeKind, channel: Channel, language: Language) -> Template:
    """The text that comes with Florin."""
    entry = _texts(language)[kind.value]
    if channel is Channel.SMS:
        return Template(entry["sms"])
    return Template(entry["mail"].lstrip("\n"), entry["subject"])


@cache
def _texts(language: Language) -> dict[str, dict[str, str]]:
    source = files(__package__).joinpath(f"texts.{language}.toml").read_text("utf-8")
    return tomllib.loads(source)


def _cny(amount_minor: int) -> dict[str, Any]:
    return {"amount": amount_minor, "currency": "CNY"}


_K: Final = NoticeKind
_CUSTOMER: Final = {"customer": "Example Ltd"}
_ORDER: Final = {**_CUSTOMER, "reference": "FL7K2M9Q"}

SAMPLES: Final[dict[NoticeKind, dict[str, Any]]] = {
    _K.BALANCE_LAPSED: {"amount": _cny(12_34)},
    _K.BIRTHDAY: {},
    _K.CARD_EXPIRES: {"last4": "1234", "expires_on": "2026-12-31", "balance": _cny(100_00)},
    _K.CASE_CHANGED: {"id": "cas_0197c0dec0de7c0d8c0dec0dec0dec0d", "status": "resolved"},
    _K.CLAIM_LINK: {
        "link": "https://cards.example/claim#SAMPLE",
        "sender": "Example Ltd",
        "denomination": _cny(100_00),
        "expires_at": "2026-12-31T04:00:00Z",
    },
    _K.CLOSURE_CANCELLED: {},
    _K.CLOSURE_COOLED: {"closure_id": "clo_0197c0de00007a3b8c4d5e6f70819203"},
    _K.CLOSURE_PAID: {},
    _K.CLOSURE_REQUESTED: {},
    _K.DORMANT: {"balance": _cny(19_00), "last_activity_at": "2026-03-02T04:00:00Z"},
    _K.FUNDING_RECEIVED: {**_CUSTOMER, "amount": _cny(5_000_00), "available": _cny(5_000_00)},
    _K.FUNDING_REFUND_PAID: {**_CUSTOMER, "amount": _cny(5_000_00)},
    _K.INACTIVE: {"balance": _cny(19_00), "last_activity_at": "2026-03-02T04:00:00Z"},
    _K.LOW_BALANCE: {"balance": _cny(19_00), "available": _cny(19_00)},
    _K.MEMBER_DAY: {},
    _K.ONE_TIME_CODE: {"code": "123456"},
    _K.ORDER_APPROVED: _ORDER,
    _K.ORDER_CANCELLED: _ORDER,
    _K.ORDER_FUNDED: {**_ORDER, "price": _cny(4_900_00)},
    _K.ORDER_INCOMPLETE: _ORDER,
    _K.ORDER_READY: _ORDER,
    _K.ORDER_RETURNED: {**_ORDER, "reason": "the quantity is not what was agreed"},
    _K.ORDER_WAITS: {**_ORDER, "price": _cny(4_900_00)},
    _K.PURCHASE: {"approved": _cny(31_00), "balance": _cny(69_00), "available": _cny(69_00)},
    _K.REFERRAL: {},
    _K.REVIEW_ASKED: {"amount": _cny(58_00), "reference": "1017", "review_until": "2026-03-04T04:00:00Z"},
    _K.TIER_REACHED: {"tier": "gold", "price_basis_points": 9_500},
    _K.TOP_UP: {"amount": _cny(100_00), "balance": _cny(169_00), "available": _cny(169_00)},
    _K.TOP_UP_REFUNDED: {"amount": _cny(100_00)},
    _K.VOUCHER: {},
    _K.VOUCHER_EXPIRES: {"face": _cny(5_00), "expires_on": "2026-12-31"},
    _K.WEBHOOK_DISABLED: {"url": "https://receiver.example/", "reason": "failing"},
    _K.WELCOME: {},
}
"""What a text of each kind may name, with an example of each; ``programme.name`` and ``user_name`` stand in all."""

NEEDED: Final = {_K.ONE_TIME_CODE: ("code",), _K.CLAIM_LINK: ("link",)}
"""What a text is of no use without."""
