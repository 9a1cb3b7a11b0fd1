"""Examples of matching for the API's document."""

from typing import Any, Final

from florin.api.examples import CARD_ID, cny
from florin.api.management_examples import NOT_BEGUN
from florin.domain.matching import NUMBERS, MatchPass, explain

Json = dict[str, Any]

_HEX: Final = CARD_ID.removeprefix("card_")

ASKED: Final[Json] = {"programme_id": f"prg_{_HEX}"}
RUN: Final[Json] = {
    "id": f"mrn_{_HEX}",
    "state": "done",
    "asked_by": _HEX,
    "asked_at": "2026-11-21T02:04:58Z",
    "began_at": "2026-11-21T02:05:00Z",
    "progress": None,
    "code": None,
    "result": {
        "rule_version": 1,
        "today": "2026-11-21",
        "items": 213,
        "matched": [
            {"pass": name.value, "number": number, "matches": 211 if name is MatchPass.KEY else 0}
            for name, number in NUMBERS.items()
        ],
        "funds": 211,
        "opened": [{"kind": "amount_diff", "breaks": 1}],
        "closed": 0,
    },
}
RUN_ASKED: Final[Json] = {**RUN, **NOT_BEGUN}
MATCH: Final[Json] = {
    "match_id": f"mtc_{_HEX}",
    "relation": "book",
    "pass": "key",
    "explanation": explain(MatchPass.KEY, f"reference {_HEX}"),
    "run_id": f"mrn_{_HEX}",
    "rule_version": 1,
    "difference": cny(0),
    "line": {
        "id": f"stl_{_HEX}",
        "counterparty_id": f"cpy_{_HEX}",
        "file_id": f"stf_{_HEX}",
        "line_number": 2,
        "booked_on": "2026-11-20",
        "amount": cny(100_00),
        "key": _HEX,
        "other_key": "4200001234202611200000000001",
    },
    "other_line_id": None,
    "item": {
        "journal_id": f"jrn_{_HEX}",
        "position": 0,
        "account": 1020,
        "business_date": "2026-11-20",
        "amount": cny(100_00),
        "key": _HEX,
        "other_key": "4200001234202611200000000001",
    },
}
SUGGESTION: Final[Json] = {
    "likeness": "sum",
    "words": "2 that come to the same amount together",
    "parts": [
        {
            "line_id": None,
            "journal_id": f"jrn_{_HEX}",
            "position": 0,
            "account": 1010,
            "day": "2026-11-20",
            "amount": cny(share),
        }
        for share in (60_00, 40_00)
    ],
}
