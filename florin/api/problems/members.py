"""What a problem says beside what all problems say (RFC 9457, section 3.2): its extension members, by their codes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from florin.api.problems.codes import Code, DoorProblem
from florin.domain.declines import Decline


class Member(NamedTuple):
    """A member of a problem: with which codes it comes, what it tells, the schema of its value, and an example."""

    codes: tuple[Code, ...]
    meaning: str
    schema: Mapping[str, Any]
    example: Any


_TEXT: Final = {"type": "string"}
_NUMBER: Final = {"type": "integer"}
_WORDS: Final = {"type": "array", "items": {"type": "string"}}
_FINDINGS: Final = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"card": {"type": "string"}, "code": {"type": "string"}},
        "required": ["card", "code"],
        "additionalProperties": False,
    },
}
_WRONG_CELLS: Final = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "row": {"type": ["integer", "null"]},
            "column": {"type": ["string", "null"]},
            "reason": {"type": "string"},
            "found": {"type": ["string", "null"]},
        },
        "required": ["row", "column", "reason", "found"],
        "additionalProperties": False,
    },
}
_MONEY: Final = {"$ref": "#/components/schemas/Money"}


def _cny(amount_minor: int) -> dict[str, Any]:
    return {"amount": amount_minor, "currency": "CNY"}


MEMBERS: Final[Mapping[str, Member]] = MappingProxyType(
    {
        "field": Member(
            (DoorProblem.INVALID_REQUEST,),
            "The way to the field, as `items[1].amount.currency`; empty when the body as a whole is meant.",
            _TEXT,
            "amount.currency",
        ),
        "limit_bytes": Member((DoorProblem.BODY_TOO_LARGE,), "How long a body may be.", _NUMBER, 65_536),
        "scope": Member(
            (DoorProblem.INSUFFICIENT_SCOPE,),
            "What the route asks for: a scope of an API key, `member` for a member's session, or roles of people.",
            _TEXT,
            "purchases:write",
        ),
        "shortfall": Member((Decline.INSUFFICIENT_FUNDS,), "What is missing.", _MONEY, _cny(300)),
        "balance": Member((Decline.INSUFFICIENT_FUNDS,), "What the payer has, held money included.", _MONEY, _cny(900)),
        "available": Member((Decline.INSUFFICIENT_FUNDS,), "What the payer may spend.", _MONEY, _cny(900)),
        "order_status": Member((Decline.ORDER_NOT_IN_STATE,), "Where the order stands.", _TEXT, "ready"),
        "needed_status": Member(
            (Decline.ORDER_NOT_IN_STATE,), "The statuses in which this can be done.", _WORDS, ["delivered"]
        ),
        "allowed": Member(
            (Decline.ORDER_NOT_IN_STATE,),
            "What can be asked of the order now, by whoever may ask for it.",
            _WORDS,
            ["deliver", "confirm_receipt", "void_cards", "cancel"],
        ),
        "receipt_id": Member(
            (Decline.RECEIPT_DIFFERS,),
            "The receipt that has the bank reference.",
            _TEXT,
            "rct_0197c0de00007a3b8c4d5e6f70819203",
        ),
        "remaining": Member(
            (Decline.REFUND_EXCEEDS_REMAINING, Decline.PARTLY_REFUNDED),
            "What has not been given back of the purchase.",
            _MONEY,
            _cny(700),
        ),
        "unspent": Member(
            (Decline.REFUND_EXCEEDS_UNSPENT,), "How much of the payment can still go back.", _MONEY, _cny(700)
        ),
        "held": Member((Decline.CAPTURE_EXCEEDS_HOLD,), "What the hold reserves.", _MONEY, _cny(1_200)),
        "hold_lifetime_limit_s": Member(
            (Decline.LIMIT_EXCEEDED,),
            "Where the hold was to live too long: how many seconds the programme lets one live.",
            _NUMBER,
            2_678_400,
        ),
        "points": Member((Decline.POINTS_NOT_ENOUGH,), "How many points the member has.", _NUMBER, 120),
        "verb": Member((Decline.DUPLICATE_REFERENCE,), "The operation that has the reference.", _TEXT, "purchase"),
        "subject_id": Member(
            (Decline.DUPLICATE_REFERENCE,),
            "What that operation made: a purchase, hold, refund or card.",
            _TEXT,
            "pur_0197c0de00007a3b8c4d5e6f70819203",
        ),
        "findings": Member(
            (Decline.CARD_NOT_REPLACEABLE,),
            "Each card that cannot be replaced, and why.",
            _FINDINGS,
            [{"card": "1-000004", "code": "card_redeemed"}],
        ),
        "wrong": Member((Decline.RECIPIENTS_REFUSED,), "How many findings the file has.", _NUMBER, 1),
        "wrong_cells": Member(
            (Decline.RECIPIENTS_REFUSED,),
            "The first 1,000 findings: row as the spreadsheet shows it, column, reason, and what stands there if it is "
            "nothing personal. Without a row a finding is about the whole file.",
            _WRONG_CELLS,
            [
                {
                    "row": 17,
                    "column": "denomination",
                    "reason": "the product is issued in 100.00, 500.00 only",
                    "found": "200",
                }
            ],
        ),
    }
)
"""Every member; none of them need be there: what a caller may not know, or does not apply, is left out."""


def members_of(code: Code) -> dict[str, Member]:
    """The members that can come with a code."""
    return {name: member for name, member in MEMBERS.items() if code in member.codes}
