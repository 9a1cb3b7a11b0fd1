"""Examples of the answers about the making of an order's cards; tests read each of them by its type."""

from typing import Any, Final

from florin.api.examples import CARD_ID

Json = dict[str, Any]

PROGRESS: Final[Json] = {
    "order_id": f"ord_{CARD_ID.removeprefix('card_')}",
    "status": "generating",
    "ordered": 2_000,
    "generated": 1_100,
    "seconds_left": 1,
    "lines": [
        {
            "line": 1,
            "ordered": 1_000,
            "generated": 1_000,
            "status": "ready",
            "cards_per_s": 11_240,
            "seconds_left": None,
            "failure": None,
        },
        {
            "line": 2,
            "ordered": 1_000,
            "generated": 100,
            "status": "generating",
            "cards_per_s": 1_220,
            "seconds_left": 1,
            "failure": None,
        },
    ],
}
FAILED: Final[Json] = {
    **PROGRESS,
    "status": "partially_failed",
    "seconds_left": None,
    "lines": [
        PROGRESS["lines"][0],
        {
            **PROGRESS["lines"][1],
            "status": "failed",
            "seconds_left": None,
            "failure": "numbers_used_up",
        },
    ],
}
EVENTS: Final = """\
event: progress
data: {"order_id":"ord_...","status":"generating","ordered":2000,"generated":1100,...}
retry: 2000

: nothing new

event: done
data: {"order_id":"ord_...","status":"ready","ordered":2000,"generated":2000,...}
retry: 2000

"""
