"""Examples of requests and answers about orders; tests read each of them by its type."""

from typing import Any, Final

from florin.api.examples import CARD_ID, cny

Json = dict[str, Any]

_HEX: Final = CARD_ID.removeprefix("card_")
_NOW: Final = "2026-11-22T08:30:00.123456Z"
_HASH: Final = "9f2c4b1e" * 8

CUSTOMER_ID: Final = f"cus_{_HEX}"
ORDER_ID: Final = f"ord_{_HEX}"
PRODUCT_ID: Final = f"prd_{_HEX}"

_WANTED: Final[Json] = {"product_id": PRODUCT_ID, "denomination": cny(200_00), "quantity": 2_000}

NEW_ORDER: Final[Json] = {"customer_id": CUSTOMER_ID, "delivery": "files", "lines": [_WANTED]}
LINES: Final[Json] = {"delivery": "files", "lines": [_WANTED]}
CONSENT: Final[Json] = {"submission_hash": _HASH}
REASON: Final[Json] = {"reason": "the festival has been put off"}

_LINE: Final[Json] = {"line": 1, **_WANTED, "price": cny(186_00), "status": "waiting", "failure": None}
DRAFT: Final[Json] = {
    "id": ORDER_ID,
    "customer_id": CUSTOMER_ID,
    "programme_id": f"prg_{_HEX}",
    "status": "draft",
    "delivery": "files",
    "payment_reference": "H7KQ4WX4",
    "repeats_order_id": None,
    "created_at": _NOW,
    "lines": [_LINE],
    "price": {
        "is_quote": True,
        "tier": "gold",
        "price_basis_points": 9_300,
        "face": cny(400_000_00),
        "price": cny(372_000_00),
        "discount": cny(28_000_00),
    },
    "submission": None,
    "approved_at": None,
    "reserved": cny(0),
    "used": cny(0),
    "received_at": None,
}
SUBMITTED: Final[Json] = {
    **DRAFT,
    "status": "submitted",
    "price": {**DRAFT["price"], "is_quote": False},
    "submission": {
        "submission_hash": _HASH,
        "submitted_at": _NOW,
        "needs_customer_approval": True,
        "customer_approved_at": None,
    },
}
APPROVED: Final[Json] = {
    **SUBMITTED,
    "status": "approved",
    "submission": {**SUBMITTED["submission"], "customer_approved_at": _NOW},
    "approved_at": _NOW,
}
CANCELLED: Final[Json] = {**SUBMITTED, "status": "cancelled"}
REPEATED: Final[Json] = {**DRAFT, "repeats_order_id": ORDER_ID}
SUMMARY: Final[Json] = {
    "id": ORDER_ID,
    "customer_id": CUSTOMER_ID,
    "status": "submitted",
    "delivery": "files",
    "payment_reference": "H7KQ4WX4",
    "price": cny(372_000_00),
    "created_at": _NOW,
    "submitted_at": _NOW,
}
STEP: Final[Json] = {
    "at": _NOW,
    "action": "order.returned",
    "by": {"side": "operator", "user_name": None, "roles": ["manager"]},
    "detail": {"reason": "the festival has been put off"},
}
