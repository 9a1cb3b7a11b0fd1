"""Examples of the settlement of merchants for the API's document."""

from typing import Any, Final

from florin.api.examples import CARD_ID, cny

Json = dict[str, Any]

_HEX: Final = CARD_ID.removeprefix("card_")
_NOW: Final = "2026-11-23T02:00:00Z"
_DIGEST: Final = "5a" * 32
_PROGRAMME_ID: Final = f"prg_{_HEX}"
_MERCHANT_ID: Final = f"mer_{_HEX}"
_STATEMENT_ID: Final = f"mst_{_HEX}"

WHICH: Final[Json] = {"programme_id": _PROGRAMME_ID}
DRAFTED: Final[Json] = {"business_dates": ["2026-11-21", "2026-11-22"]}
STATEMENT: Final[Json] = {
    "id": _STATEMENT_ID,
    "programme_id": _PROGRAMME_ID,
    "merchant_id": _MERCHANT_ID,
    "business_date": "2026-11-22",
    "status": "drafted",
    "carried_in": cny(0),
    "purchase_count": 3,
    "purchases": cny(300_00),
    "undone_count": 0,
    "undone": cny(0),
    "refund_count": 1,
    "refunds": cny(20_00),
    "taken_over": cny(0),
    "cards_sold_count": 0,
    "cards_sold": cny(0),
    "cards_taken_back": cny(0),
    "cards_paid": cny(0),
    "owed_for_cards_before": cny(0),
    "set_off": cny(0),
    "owed_for_cards": cny(0),
    "fees": cny(1_80),
    "fees_returned": cny(0),
    "reserve_kept": cny(0),
    "reserve_until": None,
    "reserve_released": cny(0),
    "payout": cny(278_20),
    "pays_on": "2026-11-23",
    "passed_on": cny(0),
    "acceptor_id": None,
    "carried_out": cny(0),
    "details_hash": _DIGEST,
    "approved_at": None,
    "journal_id": None,
}
APPROVED: Final[Json] = {**STATEMENT, "status": "approved", "approved_at": _NOW, "journal_id": f"jrn_{_HEX}"}
APPROVAL: Final[Json] = {
    "statements": [{"id": _STATEMENT_ID, "details_hash": _DIGEST}],
    "totp_code": "287082",
}
APPROVALS: Final[Json] = {"items": [{"id": _STATEMENT_ID, "statement": APPROVED, "problem": None}]}
PAYOUT: Final[Json] = {
    "id": f"mpo_{_HEX}",
    "statement_id": _STATEMENT_ID,
    "programme_id": _PROGRAMME_ID,
    "merchant_id": _MERCHANT_ID,
    "status": "sent",
    "amount": cny(278_20),
    "pays_on": "2026-11-23",
    "replaces_id": None,
    "file_id": f"pof_{_HEX}",
    "made_at": _NOW,
    "sent_at": _NOW,
    "paid_journal_id": f"jrn_{_HEX}",
    "settled_at": None,
    "settled_journal_id": None,
    "bank_reference": None,
    "returned_at": None,
    "returned_journal_id": None,
    "return_reason": None,
}
SETTLED: Final[Json] = {
    **PAYOUT,
    "status": "settled",
    "settled_at": _NOW,
    "settled_journal_id": f"jrn_{_HEX}",
    "bank_reference": "B2026112300017",
}
RETURNED: Final[Json] = {
    **PAYOUT,
    "status": "returned",
    "returned_at": _NOW,
    "returned_journal_id": f"jrn_{_HEX}",
    "return_reason": "no such account",
}
DEBTS: Final[Json] = {
    "payment_reference": "HNT79T3D",
    "items": [{"programme_id": _PROGRAMME_ID, "owed_for_cards": cny(500_00)}],
}
NEW_DEBT_PAYMENT: Final[Json] = {
    "programme_id": _PROGRAMME_ID,
    "amount": cny(500_00),
    "bank_reference": "B2026112300018",
    "received_on": "2026-11-23",
}
DEBT_PAYMENT: Final[Json] = {
    "id": f"mdp_{_HEX}",
    "merchant_id": _MERCHANT_ID,
    **NEW_DEBT_PAYMENT,
    "business_date": "2026-11-23",
    "journal_id": f"jrn_{_HEX}",
    "posted_at": _NOW,
}
NEW_TERMS: Final[Json] = {
    "programme_id": _PROGRAMME_ID,
    "effective_on": "2026-12-01",
    "flat_fee": cny(0),
    "bands": [{"from": cny(0), "basis_points": 60}, {"from": cny(100_000_00), "basis_points": 38}],
    "fees_on_refund": "returned",
    "reserve_basis_points": 500,
    "reserve_days": 30,
    "minimum_payout": cny(10_00),
    "pays_after": 1,
    "sets_off": True,
}
_PROPOSED: Final[Json] = {
    "proposed_by": f"lgn_{_HEX}",
    "proposed_at": _NOW,
    "decided_by": None,
    "decided_at": None,
}
TERMS: Final[Json] = {"id": f"mtm_{_HEX}", "merchant_id": _MERCHANT_ID, **NEW_TERMS, "status": "proposed", **_PROPOSED}
_DECIDED: Final[Json] = {"decided_by": f"lgn_{_HEX}", "decided_at": _NOW}
TERMS_IN_FORCE: Final[Json] = {**TERMS, "status": "in_force", **_DECIDED}
NEW_ACCEPTOR: Final[Json] = {"programme_id": _PROGRAMME_ID, "effective_on": "2026-12-01"}
ACCEPTOR: Final[Json] = {
    "id": f"mcp_{_HEX}",
    "merchant_id": _MERCHANT_ID,
    **NEW_ACCEPTOR,
    "status": "proposed",
    **_PROPOSED,
}
ACCEPTOR_IN_FORCE: Final[Json] = {**ACCEPTOR, "status": "in_force", **_DECIDED}
NEW_ACCOUNT: Final[Json] = {"holder": "蜂蜜咖啡", "bank": "中国蜂蜜银行", "number": "6222021001234567"}
ACCOUNT: Final[Json] = {
    "id": f"mac_{_HEX}",
    "merchant_id": _MERCHANT_ID,
    "status": "proposed",
    "last4": "4567",
    **_PROPOSED,
}
ACCOUNT_IN_FORCE: Final[Json] = {**ACCOUNT, "status": "in_force", **_DECIDED}
ACCOUNTS: Final[Json] = {"items": [{**ACCOUNT_IN_FORCE, "account": NEW_ACCOUNT}]}
NEW_CALENDAR: Final[Json] = {"year": 2026, "holidays": ["2026-10-01", "2026-10-02"], "worked": ["2026-10-10"]}
CALENDAR: Final[Json] = {"holidays": ["2026-10-01", "2026-10-02"], "worked": ["2026-10-10"]}
