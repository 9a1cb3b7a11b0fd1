"""Examples of management's and members' requests and answers; tests read each of them by its type."""

from typing import Any, Final

from florin.api.examples import CARD_ID, MEMBER_ID, PURCHASE_ID, REQUEST_ID, TERMINAL_ID, cny

Json = dict[str, Any]

_HEX: Final = CARD_ID.removeprefix("card_")
PROGRAMME_ID: Final = f"prg_{_HEX}"
PRODUCT_ID: Final = f"prd_{_HEX}"
MERCHANT_ID: Final = f"mer_{_HEX}"
JOURNAL_ID: Final = f"jrn_{_HEX}"
_NOW: Final = "2026-11-22T08:30:00.123456Z"


def page_of(item: Json) -> Json:
    """The last page of a list, with one item."""
    return {"items": [item], "next_cursor": None}


# Programmes -----------------------------------------------------------------------------------------------------------

NEW_PROGRAMME: Final[Json] = {
    "code": "honeynut",
    "name": "Honeynut Farm",
    "currency": "CNY",
    "time_zone": "Asia/Shanghai",
    "cut_off": "00:00",
    "issuer_prefix": "987654",
    "policy_pack": "cn",
    "low_balance_threshold": cny(2_000),
}
PROGRAMME: Final[Json] = {
    "id": PROGRAMME_ID,
    **NEW_PROGRAMME,
    "hold_lifetime_s": 120,
    "hold_lifetime_limit_s": 2_678_400,
    "payment_code_lifetime_s": 60,
    "dormancy_days": 30,
    "spend_order": "bonus_first",
    "closure_cooling_days": 3,
    "review_hours": 48,
    "case_closing_days": 14,
    "issuer_class": "brand",
}
PROGRAMME_CHANGE: Final[Json] = {"low_balance_threshold": cny(5_000), "hold_lifetime_s": 300}
NEW_PRODUCT: Final[Json] = {
    "code": "gift",
    "name": "Honeynut gift card",
    "kind": "bearer_gift",
    "denominations": [cny(10_000), cny(20_000)],
    "has_e_code": True,
    "validity_years": 3,
}
RETURN_URLS: Final[Json] = {"urls": ["https://shop.example/paid"]}
TRIAL_CARD: Final[Json] = {"denomination": cny(10_000), "price": cny(9_000)}
NEW_TRIAL_CARD: Final[Json] = {"trial_card": TRIAL_CARD}
PRODUCT: Final[Json] = {"id": PRODUCT_ID, "programme_id": PROGRAMME_ID, **NEW_PRODUCT, "trial_card": None}
NEW_MERCHANT: Final[Json] = {"code": "orchard-gate", "name": "Orchard Gate Farm Shop"}
MERCHANT: Final[Json] = {"id": MERCHANT_ID, **NEW_MERCHANT, "status": "active"}
NEW_TERMINAL: Final[Json] = {"code": "till-1"}
TERMINAL: Final[Json] = {"id": TERMINAL_ID, "merchant_id": MERCHANT_ID, **NEW_TERMINAL, "status": "active"}
NETWORK_PLACE: Final[Json] = {"accepts": True, "sells": True}
NEW_KEY: Final[Json] = {
    "name": "Orchard Gate tills",
    "scopes": ["cards:sell", "purchases:write"],
    "merchant_id": MERCHANT_ID,
    "terminal_id": None,
}
KEY: Final[Json] = {"id": f"key_{_HEX}", **NEW_KEY}
AGREEMENT: Final[Json] = {
    "version": "1",
    "text": "1. Your wallet holds money that you have loaded.",
    "effective_at": _NOW,
}

# Cards ----------------------------------------------------------------------------------------------------------------

NEW_ISSUE: Final[Json] = {
    "product_id": PRODUCT_ID,
    "denomination": cny(10_000),
    "count": 1_000,
    "recipient": "age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq",
}
ISSUE: Final[Json] = {
    "id": f"iss_{_HEX}",
    **NEW_ISSUE,
    "sold_online": False,
    "programme_id": PROGRAMME_ID,
    "made": 0,
    "status": "generating",
    "created_at": _NOW,
    "ready_at": None,
}
CARD_LOOKUP: Final[Json] = {"number": "9000 0100 0000 0000 000"}
CARD_FOUND: Final[Json] = {
    "id": CARD_ID,
    "last4": "0000",
    "status": "in_stock",
    "denomination": cny(10_000),
    "product_code": "gift",
    "product_name": "Honeynut gift card",
    "product_kind": "bearer_gift",
}
STATEMENT_LINE: Final[Json] = {
    "sequence": 2,
    "event": "purchase",
    "amount": cny(-1_200),
    "balance_after": cny(8_800),
    "merchant_id": MERCHANT_ID,
    "merchant_name": "Orchard Gate Farm Shop",
    "reference": "order-5521",
    "card_last4": None,
    "event_at": _NOW,
    "posted_at": _NOW,
    "journal_id": JOURNAL_ID,
    "reverses_journal_id": None,
}

# Members --------------------------------------------------------------------------------------------------------------

_PASSWORD: Final = "four words that rhyme"  # noqa: S105 (an example)
REGISTRATION: Final[Json] = {
    "programme_id": PROGRAMME_ID,
    "user_name": "anna",
    "password": _PASSWORD,
    "mail": "anna@example.org",
    "mobile": None,
    "agreement_version": "1",
    "referrer": None,
}
REGISTERED: Final[Json] = {"id": MEMBER_ID, "user_name": "anna"}
SIGN_IN: Final[Json] = {"programme_id": PROGRAMME_ID, "name": "anna", "password": _PASSWORD, "totp_code": None}
SESSION: Final[Json] = {"token": "fl_ses_...", "member_id": MEMBER_ID, "expires_at": "2026-11-22T20:30:00.123456Z"}
IDENTITY: Final[Json] = {"name": "李安娜", "document_kind": "passport", "document_number": "E12345678"}
PROFILE: Final[Json] = {
    "id": MEMBER_ID,
    "programme_id": PROGRAMME_ID,
    "user_name": "anna",
    "status": "active",
    "mail": "anna@example.org",
    "mobile": None,
    "identity": {"name": "李安娜", "document_kind": "passport", "document_number_ends": "5678"},
    "agreement_version": "1",
    "agreed_at": _NOW,
    "totp_on": False,
    "created_at": _NOW,
}
CONTACTS: Final[Json] = {"password": _PASSWORD, "mail": "anna@example.org", "mobile": "+8613800138000"}
PASSWORD_AGAIN: Final[Json] = {"password": _PASSWORD}
CONFIRMATION: Final[Json] = {**PASSWORD_AGAIN, "totp_code": "492039"}
NEW_PASSWORD: Final[Json] = {"password": _PASSWORD, "new_password": "five other words that rhyme"}
TOTP_SECRET: Final[Json] = {
    "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "uri": "otpauth://totp/Honeynut%20Farm:anna?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Honeynut%20Farm",
}
TOTP_CODE: Final[Json] = {"code": "492039"}
BALANCE: Final[Json] = {
    "balance": cny(8_800),
    "available": cny(8_800),
    "lots": [{"lot": "principal", "balance": cny(8_800), "held": cny(0), "available": cny(8_800)}],
}
CONSUMPTION: Final[Json] = {
    "purchase_id": PURCHASE_ID,
    "status": "completed",
    "merchant_id": MERCHANT_ID,
    "merchant_name": "Orchard Gate Farm Shop",
    "reference": "order-5521",
    "requested": cny(1_200),
    "principal": cny(1_200),
    "bonus": cny(0),
    "discount": cny(0),
    "refunded": cny(0),
    "journal_id": JOURNAL_ID,
    "event_at": _NOW,
    "posted_at": _NOW,
}
RECHARGE: Final[Json] = {
    "card_id": CARD_ID,
    "last4": "0000",
    "amount": cny(10_000),
    "journal_id": JOURNAL_ID,
    "posted_at": _NOW,
}
PAYMENT_CODE: Final[Json] = {"code": "284917365012847591", "expires_at": "2026-11-22T08:31:00.123456Z"}
MEMBER: Final[Json] = {
    "id": MEMBER_ID,
    "programme_id": PROGRAMME_ID,
    "user_name": "anna",
    "status": "active",
    "real_name_on_record": True,
    "agreement_version": "1",
    "totp_on": False,
    "created_at": _NOW,
    "balance": cny(8_800),
    "available": cny(8_800),
}
REASON: Final[Json] = {"reason": "reported stolen"}
MEMBER_BLOCKED: Final[Json] = {"id": MEMBER_ID, "status": "blocked"}

# The book -------------------------------------------------------------------------------------------------------------

EVENT: Final[Json] = {
    "id": f"evt_{_HEX}",
    "name": "card.blocked",
    "journal_id": None,
    "payload": {"id": CARD_ID, "block": "debit"},
    "posted_at": _NOW,
}
JOURNAL: Final[Json] = {
    "id": JOURNAL_ID,
    "programme_id": PROGRAMME_ID,
    "event": "purchase",
    "business_date": "2026-11-22",
    "event_at": _NOW,
    "posted_at": _NOW,
    "reverses_journal_id": None,
    "transfers": [
        {
            "position": 0,
            "amount": cny(1_200),
            "debit": f"2010:{CARD_ID}",
            "credit": f"2040:{MERCHANT_ID}",
            "strict_sequence": 2,
            "balance_after": cny(8_800),
        }
    ],
    "operation": {
        "verb": "purchase",
        "reference": "order-5521",
        "actor": _HEX,
        "terminal_id": TERMINAL_ID,
        "request_id": REQUEST_ID,
        "answer": {"id": PURCHASE_ID, "status": "completed"},
    },
}
_SEAL: Final = "9f2c" * 16
CLOSED_DAY: Final[Json] = {
    "business_date": "2026-11-21",
    "closed_at": _NOW,
    "transfers": 4_812,
    "merkle_root": _SEAL,
    "previous_seal": _SEAL,
    "seal": _SEAL,
    "sealed_at": _NOW,
}
REOPEN: Final[Json] = {"reason": "the clearing file of the evening was lost"}
REOPENING: Final[Json] = {
    "id": "dro_0193a1b2c3d470008000000000000001",
    "programme_id": "prg_0193a1b2c3d470008000000000000001",
    "business_date": "2026-11-21",
    **REOPEN,
    "status": "approved",
    "proposed_by": "lgn_0193a1b2c3d470008000000000000001",
    "proposed_at": _NOW,
    "decided_by": "lgn_0193a1b2c3d470008000000000000002",
    "decided_at": _NOW,
    "seal": _SEAL,
}
PROVE: Final[Json] = {"extent": "since_seals"}
PROOF_RUN_LISTED: Final[Json] = {
    "id": "prv_0193a1b2c3d470008000000000000001",
    "state": "done",
    "asked_by": "0193a1b2c3d470008000000000000002",
    "asked_at": _NOW,
    "began_at": _NOW,
    "progress": None,
    "code": None,
    "asked_as": None,
    "extent": "since_seals",
    "result": {"ok": True, "duration_ms": 412},
}
PROOF_RUN: Final[Json] = {
    **PROOF_RUN_LISTED,
    "result": {
        "ok": True,
        "duration_ms": 412,
        "proofs": [
            {
                "number": 4,
                "name": "holds",
                "holds": True,
                "rows_checked": 12,
                "found": 0,
                "findings": [],
                "duration_ms": 3,
            }
        ],
    },
}
NOT_BEGUN: Final[Json] = {"state": "asked", "began_at": None, "result": None}
PROOF_RUN_ASKED: Final[Json] = {**PROOF_RUN_LISTED, **NOT_BEGUN}
CHECKLIST: Final[Json] = {
    "business_date": "2026-11-21",
    "edition": 1,
    "state": "blocked",
    "began_at": _NOW,
    "ended_at": None,
    "steps": [
        {
            "step": "files",
            "state": "blocked",
            "began_at": _NOW,
            "ended_at": _NOW,
            "finding": {
                "expected": 2,
                "present": 1,
                "gone_on_without": 0,
                "missing": 1,
                "blocking": ["icbc: overdue since 2026-11-23"],
            },
            "to_do": "Get the file and take it in, or go on without it on record: it becomes a break.",
        }
    ],
}
_ASKED_CLOSE: Final[Json] = {
    "state": "done",
    "asked_by": "0193a1b2c3d470008000000000000002",
    "asked_at": _NOW,
    "began_at": _NOW,
    "code": None,
}
DAY_CLOSE: Final[Json] = {**CHECKLIST, "first_day_not_closed": "2026-11-21", "asked": _ASKED_CLOSE}
DAY_CLOSE_ASKED: Final[Json] = {**DAY_CLOSE, "asked": {**_ASKED_CLOSE, "state": "asked", "began_at": None}}
DAY_REPORTS: Final[Json] = {
    "items": [
        {
            "name": "trial_balance.json",
            "edition": 1,
            "media_type": "application/json",
            "size_bytes": 4_096,
            "sha256": _SEAL,
        }
    ]
}
DAY_CLOSE_TERMS: Final[Json] = {
    "closes_itself": True,
    "minutes_after_cut_off": 600,
    "break_limit": 100_00,
    "break_limit_days": 5,
}
GO_ON_WITHOUT: Final[Json] = {
    "counterparty_id": "cpy_0193a1b2c3d470008000000000000001",
    "reason": "the bank has no connection since Friday",
}
