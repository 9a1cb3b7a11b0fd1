"""Examples of the requests and answers about lost cards; tests read each of them by its type."""

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
