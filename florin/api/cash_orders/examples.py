"""Examples of the requests and answers about orders paid at the door; tests read each of them by its type."""

from typing import Any, Final

from florin.api.examples import CARD_ID, cny

Json = dict[str, Any]

_HEX: Final = CARD_ID.removeprefix("card_")
_NOW: Final = "2026-11-22T08:30:00.123456Z"

NEW_ORDER: Final[Json] = {"member_id": f"mbr_{_HEX}", "reference": "order-5521", "amount": cny(5_800)}
RECORDED: Final[Json] = {
    "id": f"cod_{_HEX}",
    "merchant_id": f"mer_{_HEX}",
    "member_id": f"mbr_{_HEX}",
    "reference": "order-5521",
    "status": "recorded",
    "amount": cny(5_800),
    "recorded_at": _NOW,
    "delivered_at": None,
    "review_until": None,
    "cancelled_at": None,
    "review": None,
}
CANCELLED: Final[Json] = {**RECORDED, "status": "cancelled", "cancelled_at": _NOW}
DELIVERED: Final[Json] = {
    **RECORDED,
    "status": "delivered",
    "delivered_at": _NOW,
    "review_until": "2026-11-24T08:30:00.123456Z",
}
REVIEW: Final[Json] = {"verdict": "bad", "text": "two jars were broken", "opens_case": True}
REVIEWED: Final[Json] = {
    **DELIVERED,
    "status": "reviewed",
    "review": {
        "id": f"rvw_{_HEX}",
        "verdict": "bad",
        "by_default": False,
        "text": "two jars were broken",
        "case_id": f"cas_{_HEX}",
        "at": "2026-11-23T08:30:00.123456Z",
    },
}
