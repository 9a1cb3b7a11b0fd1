"""Examples of payout files for the API's document."""

from typing import Any, Final

from florin.api.examples import CARD_ID, cny

Json = dict[str, Any]

_HEX: Final = CARD_ID.removeprefix("card_")
_DIGEST: Final = "5a" * 32

NEW_FILE: Final[Json] = {"programme_id": f"prg_{_HEX}"}

FILE: Final[Json] = {
    "id": f"pof_{_HEX}",
    "programme_id": f"prg_{_HEX}",
    "number": 1,
    "payouts": 1,
    "total": cny(100_00),
    "made_at": "2026-11-25T06:00:00Z",
    "pays_on": "2026-11-25",
    "finished_at": "2026-11-25T06:00:01Z",
    "csv_sha256": _DIGEST,
    "pain_001_sha256": _DIGEST,
}
