"""Examples of requests and answers for the document of the API; tests read each of them by its type."""

from collections.abc import Mapping
from typing import Any, Final

Example = Mapping[str, Any]

_HEX: Final = "0197c0de00007a3b8c4d5e6f70819203"
CARD_ID: Final = f"card_{_HEX}"
MEMBER_ID: Final = f"mbr_{_HEX}"
PURCHASE_ID: Final = f"pur_{_HEX}"
HOLD_ID: Final = f"hld_{_HEX}"
TERMINAL_ID: Final = f"ter_{_HEX}"
REQUEST_ID: Final = "req_5f0c3f6e9b1d4a2c8e7f6a5b"

_JOURNAL_ID: Final = f"jrn_{_HEX}"
_NOW: Final = "2026-11-22T08:30:00.123456Z"


def cny(amount_minor: int) -> Example:
    """An amount in fen."""
    return {"amount": amount_minor, "currency": "CNY"}


def outcomes(answer: Example) -> Example:
    """The outcomes of a list: one item that went through and one that did not."""
    refused = {
        "type": "/problems/card_expired",
        "title": "The card's last day has passed.",
        "status": 402,
        "code": "card_expired",
        "detail": "Have the card reactivated or exchanged: its value is never lost.",
        "instance": REQUEST_ID,
    }
    return {
        "items": [
            {"status": 201, "replayed": False, "body": answer},
            {"status": 402, "replayed": False, "problem": refused},
        ]
    }


_LEFT: Final = {"balance": cny(8_800), "available": cny(8_800)}
_FULL: Final = {"balance": cny(10_000), "available": cny(10_000)}

CARD_AND_PIN: Final[dict[str, Any]] = {"number": "9000 0100 0000 0000 000", "pin": "04829175"}

PURCHASE: Final = {
    "pay_with": {"card": CARD_AND_PIN},
    "amount": cny(1_200),
    "reference": "order-5521",
    "allow_partial": False,
}
PURCHASE_SEEN: Final = {
    "id": PURCHASE_ID,
    "status": "completed",
    "reference": "order-5521",
    "paid_by": CARD_ID,
    "terminal_id": TERMINAL_ID,
    "hold_id": None,
    "requested": cny(1_200),
    "approved": cny(1_200),
    "outstanding": cny(0),
    "refunded": cny(0),
    "journal_id": _JOURNAL_ID,
    "event_at": _NOW,
    "posted_at": _NOW,
}
PURCHASE_MADE: Final = {**PURCHASE_SEEN, **_LEFT, "low_balance": False}
PURCHASE_CAPTURED: Final = {**PURCHASE_MADE, "hold_id": HOLD_ID}
PURCHASE_VOIDED: Final = {**PURCHASE_SEEN, "status": "voided", "refunded": cny(1_200), "returned_to": CARD_ID, **_FULL}

REFUND: Final = {"reference": "order-5521-return", "amount": cny(500)}
REFUND_BY_REFERENCE: Final = {"original_reference": "order-5521", **REFUND}
REFUND_SEEN: Final = {
    "id": f"rfd_{_HEX}",
    "purchase_id": PURCHASE_ID,
    "reference": "order-5521-return",
    "refunded": cny(500),
    "journal_id": _JOURNAL_ID,
    "posted_at": _NOW,
}
REFUND_MADE: Final = {
    **REFUND_SEEN,
    "remaining": cny(700),
    "returned_to": CARD_ID,
    "balance": cny(9_300),
    "available": cny(9_300),
}
OPERATION_FOUND: Final = {
    "verb": "refund",
    "reference": "order-5521-return",
    "idempotency_key": "4f1c1a52-6f0f-4f4b-9a38-3c8d5f0c6f5e",
    "decline": None,
    "answer": REFUND_MADE,
    "subject_id": f"rfd_{_HEX}",
    "journal_id": _JOURNAL_ID,
    "terminal_id": TERMINAL_ID,
    "request_id": REQUEST_ID,
    "posted_at": _NOW,
}
REVERSAL: Final = {"original_reference": "order-5521"}
REVERSED: Final = {
    "status": "reversed",
    "original_reference": "order-5521",
    "original": "reversed",
    "purchase_id": PURCHASE_ID,
    "hold_id": None,
    "card_id": None,
    "reversed": cny(1_200),
    "journal_id": _JOURNAL_ID,
    "returned_to": CARD_ID,
    **_FULL,
}

HOLD: Final = {"pay_with": {"payment_code": "284917365012847591"}, "amount": cny(1_200), "reference": "delivery-88"}
HOLD_SEEN: Final = {
    "id": HOLD_ID,
    "status": "open",
    "reference": "delivery-88",
    "paid_by": MEMBER_ID,
    "amount": cny(1_200),
    "expires_at": "2026-11-22T08:32:00.123456Z",
    "opened_at": _NOW,
    "ended_at": None,
}
HOLD_OPENED: Final = {**HOLD_SEEN, "balance": cny(10_000), "available": cny(8_800)}
HOLD_RELEASED: Final = {**HOLD_SEEN, "status": "released", "ended_at": "2026-11-22T08:31:00.000001Z", **_FULL}
CAPTURE: Final = {"reference": "delivery-88-captured", "amount": cny(1_100)}

ACTIVATION: Final = {"number": CARD_AND_PIN["number"], "reference": "sale-301"}
SALE: Final = ACTIVATION
CARD: Final = {
    "id": CARD_ID,
    "last4": "0000",
    "status": "active",
    "block": "none",
    "denomination": cny(10_000),
    "expires_on": None,
    "activated_at": _NOW,
}
CARD_BALANCE: Final = {**CARD, **_FULL}
CARD_SEEN: Final = {
    **CARD_BALANCE,
    "block_reason": None,
    "successor_id": None,
    "pin_failures": 1,
    "pin_locked_until": None,
}
CARD_ACTIVATED: Final = {**CARD_BALANCE, "reference": "sale-301", "journal_id": _JOURNAL_ID}
CARD_SOLD: Final = {**CARD, "status": "sold", "activated_at": None, "reference": "sale-301"}
CARD_BLOCKED: Final = {**CARD, "block": "debit", "block_reason": "reported lost", "successor_id": None}
CARD_UNBLOCKED: Final = {**CARD, "block_reason": None, "successor_id": None}
CARD_VOIDED: Final = {**CARD_UNBLOCKED, "status": "voided", "activated_at": None}

LOAD: Final = CARD_AND_PIN
LOAD_PREVIEW: Final = {"last4": "0000", "amount": cny(10_000)}
LOADED: Final = {"card_id": CARD_ID, **LOAD_PREVIEW, "journal_id": _JOURNAL_ID, "posted_at": _NOW, **_FULL}
