"""Examples of requests and answers about what is done with an order's cards; tests read each of them by its type."""

from typing import Any, Final

from florin.api.examples import CARD_ID, cny

Json = dict[str, Any]

_HEX: Final = CARD_ID.removeprefix("card_")
_ASKED: Final = "2026-11-22T08:30:00.123456Z"
_DONE: Final = "2026-11-22T08:30:02.654321Z"
_CODE: Final = "428193"

ACTIVATE_BOXES: Final[Json] = {"ranges": [{"line": 2, "from": 1, "to": 500}], "totp_code": _CODE}
VOID_CARDS: Final[Json] = {"cards": ["2-000123", "2-000124"], "totp_code": _CODE}
ACTIVATION: Final[Json] = {
    "id": f"act_{_HEX}",
    "order_id": f"ord_{_HEX}",
    "all": False,
    "cards": 500,
    "activated": 256,
    "skipped": 0,
    "refused": 0,
    "status": "running",
    "asked_at": _ASKED,
    "finished_at": None,
}
ACTIVATION_DETAIL: Final[Json] = {
    **ACTIVATION,
    "activated": 498,
    "skipped": 1,
    "refused": 1,
    "status": "finished",
    "finished_at": _DONE,
    "refusals": [{"card": "2-000123", "code": "card_blocked"}],
}
VOIDING: Final[Json] = {
    "id": f"vdg_{_HEX}",
    "order_id": f"ord_{_HEX}",
    "all": False,
    "cards": 2,
    "voided": 0,
    "skipped": 0,
    "refused": 0,
    "status": "running",
    "asked_at": _ASKED,
    "finished_at": None,
}
VOIDING_DETAIL: Final[Json] = {**VOIDING, "voided": 2, "status": "finished", "finished_at": _DONE, "refusals": []}
REPORTS: Final[Json] = {"cards": [{"card": "2-000123", "reason": "missing"}], "totp_code": _CODE}
REPLACEMENT: Final[Json] = {
    "id": f"rpl_{_HEX}",
    "order_id": f"ord_{_HEX}",
    "card": "2-000123",
    "reason": "missing",
    "status": "replaced",
    "successor": "2-001001",
    "refusal": None,
    "moved_value": False,
    "asked_at": _ASKED,
    "decided_at": None,
    "replaced_at": _DONE,
}
REPLACEMENT_MAKING: Final[Json] = {**REPLACEMENT, "status": "making", "successor": None, "replaced_at": None}
REPLACEMENT_REFUSED: Final[Json] = {
    **REPLACEMENT_MAKING,
    "status": "refused",
    "refusal": "not_approved",
    "decided_at": _DONE,
}
REFUSE: Final[Json] = {"reason": "the card was used yesterday", "totp_code": _CODE}
CONFIRM: Final[Json] = {"totp_code": _CODE, "missing_or_damaged": [{"card": "2-000123", "reason": "missing"}]}
RECEIPT: Final[Json] = {
    "order_id": f"ord_{_HEX}",
    "status": "delivered",
    "received_at": _ASKED,
    "replacements": [REPLACEMENT_MAKING],
}
_COUNTS: Final[Json] = {
    "sold": 1_000,
    "waiting": 100,
    "activated": 900,
    "unused": 500,
    "partly_used": 250,
    "used_up": 120,
    "loaded": 30,
    "expired": 0,
    "closed": 0,
    "voided": 0,
    "replaced": 1,
}
STATEMENT: Final[Json] = {
    "order_id": f"ord_{_HEX}",
    "business_date": "2026-11-22",
    "lines": [{"line": 1, "product": "Festival card", "denomination": cny(200_00), "counts": _COUNTS}],
    "total": _COUNTS,
    "amounts": {
        "face": cny(180_000_00),
        "paid": cny(171_000_00),
        "bonus": cny(9_000_00),
        "spent": cny(52_345_67),
        "outstanding": cny(127_654_33),
    },
}
CARDS: Final[Json] = {
    "items": [
        {"card": "2-000123", "line": 2, "serial": 123, "last4": "4711", "step": "replaced", "successor": "2-001001"}
    ],
    "next_cursor": None,
}
