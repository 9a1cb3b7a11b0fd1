"""Examples of breaks for the API's document."""

from typing import Any, Final

from florin.api.examples import CARD_ID, cny

Json = dict[str, Any]

_HEX: Final = CARD_ID.removeprefix("card_")
_DIGEST: Final = "5a" * 32
_NOW: Final = "2026-11-25T02:00:00Z"
_ID: Final = f"brk_{_HEX}"
_LOGIN: Final = f"lgn_{_HEX}"

PROPOSED: Final[Json] = {
    "id": f"bpr_{_HEX}",
    "kind": "adjust",
    "reason": "charge",
    "state": "waiting",
    "amount": cny(3_00),
    "debit": 5020,
    "credit": 1010,
    "proposed_by": _LOGIN,
    "proposed_at": _NOW,
    "decided_by": None,
    "decided_at": None,
    "journal_id": None,
    "deciders": ["finance_approver", "manager"],
}
BREAK: Final[Json] = {
    "id": _ID,
    "kind": "missing_internal",
    "state": "proposed",
    "severity": "normal",
    "programme_id": f"prg_{_HEX}",
    "counterparty": {"id": f"cpy_{_HEX}", "code": "icbc"},
    "difference": {"amount": -3_00, "currency": "CNY"},
    "value_on": "2026-11-20",
    "line_id": f"stl_{_HEX}",
    "journal_id": None,
    "owner_id": _LOGIN,
    "reason": "charge",
    "opened_at": "2026-11-23T02:00:00Z",
    "ended_at": None,
    "proposal": PROPOSED,
    "details_hash": _DIGEST,
}
AGED: Final[Json] = {**BREAK, "age_days": 2, "bucket": "up_to_3"}
STORY: Final[Json] = {
    **AGED,
    "proposals": [PROPOSED],
    "changes": [
        {
            "operation": "propose",
            "state": "proposed",
            "at": _NOW,
            "by": _LOGIN,
            "owner_id": None,
            "severity": None,
            "note": "the bank's charge for November",
        }
    ],
}
ENDED: Final[Json] = {
    **BREAK,
    "state": "posted",
    "ended_at": _NOW,
    "proposal": {
        **PROPOSED,
        "state": "approved",
        "decided_by": _LOGIN,
        "decided_at": _NOW,
        "journal_id": f"jrn_{_HEX}",
    },
}
OUTCOMES: Final[Json] = {"items": [{"id": _ID, "now": BREAK, "problem": None}]}
APPROVALS: Final[Json] = {"items": [{"id": _ID, "now": ENDED, "problem": None}]}
AGEING: Final[Json] = {
    "items": [
        {
            "programme_id": f"prg_{_HEX}",
            "counterparty": BREAK["counterparty"],
            "kind": "missing_internal",
            "bucket": "up_to_3",
            "breaks": 1,
            "amount": cny(3_00),
        }
    ]
}

TAKE: Final[Json] = {"breaks": [_ID], "severity": "high"}
HAND_OVER: Final[Json] = {"breaks": [_ID], "owner_id": _LOGIN}
NOTE: Final[Json] = {"breaks": [_ID], "text": "asked the bank on Monday"}
CLOSE: Final[Json] = {"breaks": [_ID], "text": "booked after the week-end", "reason": "timing"}
PROPOSAL: Final[Json] = {
    "breaks": [_ID],
    "text": "the bank's charge for November",
    "reason": "charge",
    "kind": "adjust",
    "account": 5020,
}
APPROVAL: Final[Json] = {"breaks": [{"id": _ID, "details_hash": _DIGEST}], "totp_code": "287082"}
