"""Examples of closures and payouts for the API's document."""

from typing import Any, Final

from florin.api.examples import CARD_ID, cny

Json = dict[str, Any]

_HEX: Final = CARD_ID.removeprefix("card_")
_NOW: Final = "2026-11-22T02:00:00Z"
_CLOSURE_ID: Final = f"clo_{_HEX}"
_MEMBER_ID: Final = f"mbr_{_HEX}"
_DIGEST: Final = "5a" * 32

BANK_ACCOUNT: Final[Json] = {"holder": "张小蜜", "bank": "中国蜂蜜银行", "number": "6222021001234567"}
OWN_CLOSURE: Final[Json] = {"account": BANK_ACCOUNT}
MEMBERS_CLOSURE: Final[Json] = {"member_id": _MEMBER_ID, "account": BANK_ACCOUNT}
CARDS_CLOSURE: Final[Json] = {
    "card_id": f"card_{_HEX}",
    "identity": {"name": "张小蜜", "document_kind": "passport", "document_number": "E12345678"},
    "mail": "xiaomi@example.com",
    "account": BANK_ACCOUNT,
}
CODE: Final[Json] = {"code": "493028"}
OWN_PROOF: Final[Json] = {"totp_code": "287082", "details_hash": _DIGEST}
APPROVAL: Final[Json] = {"amount": cny(100_00), "details_hash": _DIGEST, "totp_code": "287082"}
REASON: Final[Json] = {"reason": "the member has asked us to keep it"}
SETTLED: Final[Json] = {"bank_reference": "ICBC-2026112500017"}
RETURNED: Final[Json] = {"bank_reference": "ICBC-2026112600003", "reason": "no such account"}
CLOSURE: Final[Json] = {
    "id": _CLOSURE_ID,
    "owner_id": _MEMBER_ID,
    "status": "requested",
    "requested": cny(100_00),
    "amount": cny(100_00),
    "bonus": cny(5_00),
    "in_cash": False,
    "details_hash": _DIGEST,
    "requested_at": _NOW,
    "verify_until": "2026-11-29T02:00:00Z",
    "verified_by": None,
    "verified_at": None,
    "cools_until": None,
    "decided_at": None,
    "reason": None,
    "journal_id": f"jrn_{_HEX}",
    "decided_journal_id": None,
}
LISTED: Final[Json] = {**CLOSURE, "amount": cny(115_00), "to_pay": cny(115_00)}
VERIFIED: Final[Json] = {
    **CLOSURE,
    "status": "verified",
    "verified_by": "code",
    "verified_at": _NOW,
    "cools_until": "2026-11-25T02:00:00Z",
}
APPROVED: Final[Json] = {
    **VERIFIED,
    "status": "approved",
    "decided_at": "2026-11-25T03:00:00Z",
    "decided_journal_id": f"jrn_{_HEX}",
}
CANCELLED: Final[Json] = {
    **CLOSURE,
    "status": "cancelled",
    "decided_at": _NOW,
    "decided_journal_id": f"jrn_{_HEX}",
    "balance": cny(105_00),
    "available": cny(105_00),
}
PAYOUT: Final[Json] = {
    "id": f"cpo_{_HEX}",
    "closure_id": _CLOSURE_ID,
    "status": "due",
    "amount": cny(100_00),
    "cause": "closure",
    "in_cash": False,
    "file_id": None,
    "made_at": "2026-11-25T03:00:00Z",
    "sent_at": None,
    "paid_journal_id": None,
    "settled_at": None,
    "settled_journal_id": None,
    "bank_reference": None,
    "returned_at": None,
    "returned_journal_id": None,
    "return_reason": None,
}
SENT: Final[Json] = {
    **PAYOUT,
    "status": "sent",
    "file_id": f"pof_{_HEX}",
    "sent_at": "2026-11-25T06:00:00Z",
    "paid_journal_id": f"jrn_{_HEX}",
}
PAYOUT_SETTLED: Final[Json] = {
    **SENT,
    "status": "settled",
    "settled_at": "2026-11-26T02:00:00Z",
    "settled_journal_id": f"jrn_{_HEX}",
    **SETTLED,
}
PAYOUT_RETURNED: Final[Json] = {
    **SENT,
    "status": "returned",
    "returned_at": "2026-11-26T02:00:00Z",
    "returned_journal_id": f"jrn_{_HEX}",
    "return_reason": "no such account",
}
IN_FULL: Final[Json] = {
    **APPROVED,
    "to_pay": cny(100_00),
    "account_last4": "4567",
    "holder": {"name": "张小蜜", "document_kind": "passport", "document_number_ends": "5678"},
    "account": BANK_ACCOUNT,
    "payouts": [PAYOUT],
}
