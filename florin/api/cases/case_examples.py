"""Examples of the requests and answers about cases and lost cards; tests read each of them by its type."""

from typing import Any, Final

from florin.api.examples import CARD_ACTIVATED, CARD_AND_PIN, CARD_ID
from florin.api.management_examples import IDENTITY

Json = dict[str, Any]

_HEX: Final = CARD_ID.removeprefix("card_")
_NOW: Final = "2026-11-22T08:30:00.123456Z"
_CARD: Final = {
    name: CARD_ACTIVATED[name]
    for name in ("id", "last4", "status", "block", "denomination", "expires_on", "activated_at")
}

LOST: Final[Json] = {"number": CARD_AND_PIN["number"]}
LOST_AT_DESK: Final[Json] = {"card_id": CARD_ID, "identity": IDENTITY}
LOSS: Final[Json] = {
    "id": f"los_{_HEX}",
    "card_id": CARD_ID,
    "member_id": f"mbr_{_HEX}",
    "status": "reported",
    "reported_at": _NOW,
    "decided_at": None,
    "successor_id": None,
    "journal_id": None,
}
LOSS_REPORTED: Final[Json] = {**LOSS, "card": {**_CARD, "block": "debit"}}
LOSS_FOUND: Final[Json] = {**LOSS, "status": "found", "decided_at": _NOW, "card": _CARD}
LOSS_REPLACED: Final[Json] = {
    **LOSS,
    "status": "replaced",
    "decided_at": _NOW,
    "successor_id": CARD_ID,
    "journal_id": f"jrn_{_HEX}",
    "card": {**_CARD, "status": "replaced"},
    "new_card": _CARD,
}
FOUND: Final[Json] = {"reason": "it was in a coat"}
FILE_WANTED: Final[Json] = {
    "recipient": "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
    "totp_code": "492039",
}

CASE: Final[Json] = {
    "id": f"cas_{_HEX}",
    "kind": "dispute",
    "status": "assigned",
    "member_id": f"mbr_{_HEX}",
    "customer_id": None,
    "purchase_id": f"pur_{_HEX}",
    "merchant_id": f"mer_{_HEX}",
    "opened_at": _NOW,
    "assignee_id": f"lgn_{_HEX}",
    "due_at": "2026-11-29T08:30:00.123456Z",
    "ended_at": None,
}
CASE_TOLD: Final[Json] = {
    **CASE,
    "notes": [
        {
            "operation": None,
            "status": "opened",
            "side": "member",
            "is_internal": False,
            "text": "the chicken was off",
            "at": _NOW,
        }
    ],
    "remedies": [
        {"kind": "refund", "id": f"rfd_{_HEX}", "amount": {"amount": 500, "currency": "CNY"}, "at": _NOW},
    ],
}
MERCHANTS_CASE: Final[Json] = {
    **{name: value for name, value in CASE.items() if name not in {"member_id", "customer_id", "assignee_id"}},
    "status": "waiting_for_merchant",
}
MERCHANTS_CASE_TOLD: Final[Json] = {
    **MERCHANTS_CASE,
    "notes": [
        {
            "operation": "ask_merchant",
            "status": "waiting_for_merchant",
            "side": "service",
            "is_internal": False,
            "text": "was this chicken of the recalled lot?",
            "at": _NOW,
        }
    ],
}
MERCHANTS_ANSWER: Final[Json] = {"text": "it was, and we are sorry"}
OWN_CASE: Final[Json] = {"kind": "dispute", "text": "the chicken was off", "purchase_id": f"pur_{_HEX}"}
NEW_CASE: Final[Json] = {"kind": "complaint", "text": "called: the delivery was late", "member_id": f"mbr_{_HEX}"}
OWN_STEP: Final[Json] = {"operation": "note", "text": "here is the photograph's number"}
STEP: Final[Json] = {"operation": "assign", "text": "to whoever knows the shop", "due_at": "2026-11-25T08:00:00Z"}
CASE_VOUCHER: Final[Json] = {"amount": {"amount": 2_000, "currency": "CNY"}, "totp_code": "492039"}
CASE_REFUND: Final[Json] = {"amount": {"amount": 500, "currency": "CNY"}, "totp_code": "492039"}
