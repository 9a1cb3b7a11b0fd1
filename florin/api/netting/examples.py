"""Examples of netting between programmes for the API's document."""

from typing import Any, Final

from florin.api.examples import CARD_ID, cny

Json = dict[str, Any]

_HEX: Final = CARD_ID.removeprefix("card_")
_OTHER_HEX: Final = f"{_HEX[:-1]}4"
_NOW: Final = "2026-11-23T02:00:00Z"
_DIGEST: Final = "5a" * 32

WHICH: Final[Json] = {"programme_id": f"prg_{_HEX}", "other_id": f"prg_{_OTHER_HEX}", "until": "2026-11-22"}
NETTING: Final[Json] = {
    "id": f"nst_{_HEX}",
    "first_id": f"prg_{_HEX}",
    "second_id": f"prg_{_OTHER_HEX}",
    "status": "drafted",
    "from": "2026-11-16",
    "until": "2026-11-22",
    "statement_count": 12,
    "first_owes": cny(100_00),
    "second_owes": cny(30_00),
    "offset": cny(30_00),
    "net": cny(70_00),
    "debtor_id": f"prg_{_HEX}",
    "payee": {"holder": "蜂蜜礼品", "bank": "中国蜂蜜银行", "number": "6222021000000001"},
    "details_hash": _DIGEST,
    "approved_at": None,
    "first_journal_id": None,
    "second_journal_id": None,
}
APPROVAL: Final[Json] = {"details_hash": _DIGEST, "totp_code": "287082"}
APPROVED: Final[Json] = {
    **NETTING,
    "status": "approved",
    "approved_at": _NOW,
    "first_journal_id": f"jrn_{_HEX}",
    "second_journal_id": f"jrn_{_OTHER_HEX}",
}
PAYOUT: Final[Json] = {
    "id": f"npo_{_HEX}",
    "netting_id": f"nst_{_HEX}",
    "debtor_id": f"prg_{_HEX}",
    "creditor_id": f"prg_{_OTHER_HEX}",
    "status": "sent",
    "amount": cny(70_00),
    "made_at": _NOW,
    "file_id": f"pof_{_HEX}",
    "sent_at": _NOW,
    "paid_journal_id": f"jrn_{_HEX}",
    "settled_at": None,
    "settled_journal_id": None,
    "bank_reference": None,
    "received_at": None,
    "received_journal_id": None,
    "received_reference": None,
    "returned_at": None,
    "returned_journal_id": None,
    "return_reason": None,
    "carried_into": None,
}
SETTLED: Final[Json] = {
    **PAYOUT,
    "status": "settled",
    "settled_at": _NOW,
    "settled_journal_id": f"jrn_{_HEX}",
    "bank_reference": "B2026112300017",
}
RECEIVED: Final[Json] = {
    **PAYOUT,
    "received_at": _NOW,
    "received_journal_id": f"jrn_{_HEX}",
    "received_reference": "B2026112300018",
}
RETURNED: Final[Json] = {
    **PAYOUT,
    "status": "returned",
    "returned_at": _NOW,
    "returned_journal_id": f"jrn_{_HEX}",
    "return_reason": "no such account",
}
