"""Examples of requests and answers about deliveries, claim links and claims; tests read each of them by its type."""

from typing import Any, Final

from florin.api.examples import CARD_ID, cny

Json = dict[str, Any]

_HEX: Final = CARD_ID.removeprefix("card_")
_ASKED: Final = "2026-11-22T08:30:00.123456Z"
_CODE: Final = "428193"

NEW_DELIVERY: Final[Json] = {"part": "numbers", "form": "age", "totp_code": _CODE}
DELIVERY: Final[Json] = {
    "id": f"dlv_{_HEX}",
    "order_id": f"ord_{_HEX}",
    "part": "numbers",
    "form": "age",
    "recipient": "age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq",
    "replacements": None,
    "cards": 2_000,
    "is_repetition": False,
    "status": "open",
    "requested_by": "li.na",
    "requested_at": _ASKED,
    "decided_by": None,
    "decided_at": None,
    "expires_at": "2026-11-29T08:30:00.123456Z",
    "fetched_by": None,
    "fetched_at": None,
    "size_bytes": None,
    "sha256": None,
    "password_read_by": None,
    "password_read_at": None,
}
FETCHED: Final[Json] = {
    **DELIVERY,
    "status": "fetched",
    "fetched_by": "li.na",
    "fetched_at": "2026-11-22T08:31:10.000001Z",
    "size_bytes": 201_554,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}
DELIVERIES: Final[Json] = {"items": [FETCHED]}
APPROVED: Final[Json] = {**DELIVERY, "is_repetition": True, "decided_by": "wang.wei", "decided_at": _ASKED}
REFUSED: Final[Json] = {**APPROVED, "status": "refused"}
PASSWORD: Final[Json] = {"delivery_id": f"dlv_{_HEX}", "password": "7Q3F-K0M2-XA9C-52TD-HN4V"}

SENDING: Final[Json] = {"order_id": f"ord_{_HEX}", "cards": 2_000, "sent": 0, "asked_at": _ASKED, "done_at": None}
RESEND: Final[Json] = {"card": "1-000123"}
LINK: Final[Json] = {
    "card": "1-000123",
    "status": "sent",
    "sending": 1,
    "sent_at": _ASKED,
    "expires_at": "2026-12-22T08:30:00.123456Z",
}
LINKS: Final[Json] = {"items": [LINK], "next_cursor": None}

CLAIM: Final[Json] = {"token": "fl_clm_5d41402abc4b2a76b9719d911017c5922cc3f9a1"}
PREVIEW: Final[Json] = {
    "programme": "Honeynut",
    "sender": "Honeynut Trading Ltd",
    "denomination": cny(20_000),
    "is_active": False,
    "expires_at": "2026-12-22T08:30:00.123456Z",
}
CLAIMED: Final[Json] = {
    **{name: PREVIEW[name] for name in ("programme", "sender", "denomination", "is_active")},
    "number": "9000010000000000000",
    "pin": "04829175",
    "e_code": "7Q3F-K0M2-XA9C-52TD-HN4V",
    "card_expires_on": None,
}
