"""Examples of money in suspense for the API's document."""

from typing import Any, Final

from florin.api.examples import CARD_ID, cny

Json = dict[str, Any]

_HEX: Final = CARD_ID.removeprefix("card_")
_NOW: Final = "2026-11-23T02:00:00Z"
_DIGEST: Final = "5a" * 32

ASSIGNMENT: Final[Json] = {
    "customer_id": f"cus_{_HEX}",
    "payment_reference": "H7KQ4WX4",
    "reason": "by their letter of 20 November",
}
IDENTIFICATION: Final[Json] = {"payout_journal_id": f"jrn_{_HEX}", "reason": "the bank names no number"}
SENDING_BACK: Final[Json] = {
    "account": {"holder": "Honeynut 有限公司", "bank": "中国蜂蜜银行", "number": "6222021001234567"},
    "reason": "they have paid the wrong company",
}
APPROVAL: Final[Json] = {"details_hash": _DIGEST, "totp_code": "287082"}
ITEM: Final[Json] = {
    "id": f"sus_{_HEX}",
    "status": "open",
    "counterparty_id": f"cpy_{_HEX}",
    "programme_id": f"prg_{_HEX}",
    "statement_line_id": f"stl_{_HEX}",
    "amount": cny(300_00),
    "reason": "nobody_named",
    "bank_reference": "B2026112300017",
    "booked_on": "2026-11-22",
    "opened_at": _NOW,
    "journal_id": f"jrn_{_HEX}",
    "resolution": None,
    "payout": None,
}
AGED: Final[Json] = {**ITEM, "age_days": 2}
IN_FULL: Final[Json] = {
    **AGED,
    "text": "for the cards",
    "party": "Honeynut 有限公司",
    "party_account": "6222021001234567",
    "account": None,
}
PROPOSED: Final[Json] = {
    **ITEM,
    "status": "proposed",
    "resolution": {
        "id": f"srs_{_HEX}",
        "kind": "assign",
        "status": "proposed",
        "reason": "by their letter of 20 November",
        "customer_id": f"cus_{_HEX}",
        "payment_reference": "H7KQ4WX4",
        "account_last4": None,
        "payout_journal_id": None,
        "details_hash": _DIGEST,
        "proposed_at": _NOW,
        "decided_at": None,
        "receipt_id": None,
        "journal_id": None,
    },
}
IDENTIFIED: Final[Json] = {
    **PROPOSED,
    "resolution": {
        **PROPOSED["resolution"],
        "kind": "payout",
        "reason": "the bank names no number",
        "customer_id": None,
        "payment_reference": None,
        "payout_journal_id": f"jrn_{_HEX}",
    },
}
TO_GO_BACK: Final[Json] = {
    **PROPOSED,
    "resolution": {
        **PROPOSED["resolution"],
        "kind": "send_back",
        "customer_id": None,
        "payment_reference": None,
        "account_last4": "4567",
    },
}
APPROVED: Final[Json] = {
    **PROPOSED,
    "status": "approved",
    "resolution": {
        **PROPOSED["resolution"],
        "status": "approved",
        "decided_at": _NOW,
        "receipt_id": f"rct_{_HEX}",
        "journal_id": f"jrn_{_HEX}",
    },
}
REJECTED: Final[Json] = {
    **ITEM,
    "resolution": {**PROPOSED["resolution"], "status": "rejected", "decided_at": _NOW},
}

SETTLED: Final[Json] = {
    "id": f"spo_{_HEX}",
    "suspense_item_id": f"sus_{_HEX}",
    "status": "settled",
    "amount": cny(300_00),
    "file_id": f"pof_{_HEX}",
    "made_at": _NOW,
    "sent_at": _NOW,
    "settled_at": _NOW,
    "bank_reference": "B2026112300031",
    "returned_at": None,
    "return_reason": None,
}
RETURNED: Final[Json] = {
    **SETTLED,
    "status": "returned",
    "returned_at": _NOW,
    "return_reason": "the account is closed",
}
