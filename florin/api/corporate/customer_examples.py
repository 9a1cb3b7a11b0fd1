"""Examples of requests and answers about customers and their money; tests read each of them by its type."""

from typing import Any, Final

from florin.api.examples import CARD_ID, cny

Json = dict[str, Any]

_HEX: Final = CARD_ID.removeprefix("card_")
_NOW: Final = "2026-11-22T08:30:00.123456Z"
_TODAY: Final = "2026-11-20"
_PROGRAMME_ID: Final = f"prg_{_HEX}"
_LOGIN_ID: Final = f"lgn_{_HEX}"
_RECIPIENT: Final = "age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z"

CUSTOMER_ID: Final = f"cus_{_HEX}"

_CONTACTS: Final = [{"name": "李娜", "telephone": "+86 21 5555 0101", "mail": "li.na@example.com"}]
CONTACTS: Final[Json] = {"contacts": _CONTACTS}
RENAMED: Final[Json] = {"name": "核桃谷软件有限公司"}
APPROVAL_LIMIT: Final[Json] = {"approval_limit": cny(50_000_00)}
NEW_CUSTOMER: Final[Json] = {
    "programme_id": _PROGRAMME_ID,
    "name": "Honeynut 有限公司",
    "registration_number": "91330100799655058B",
    "contacts": _CONTACTS,
    "approval_limit": cny(50_000_00),
}
CUSTOMER: Final[Json] = {
    "id": CUSTOMER_ID,
    "programme_id": _PROGRAMME_ID,
    "name": "Honeynut 有限公司",
    "registration_number": "91330100799655058B",
    "status": "active",
    "approval_limit": cny(50_000_00),
    "created_at": _NOW,
}
PROFILE: Final[Json] = {
    **CUSTOMER,
    "contacts": _CONTACTS,
    "tier": "gold",
    "price_basis_points": 9_300,
    "balance": cny(500_000_00),
    "reserved": cny(372_000_00),
    "available": cny(128_000_00),
}
FUNDING: Final[Json] = {
    "balance": cny(500_000_00),
    "reserved": cny(372_000_00),
    "available": cny(128_000_00),
    "items": [
        {
            "sequence": 1,
            "event": "funding_received",
            "amount": cny(500_000_00),
            "balance_after": cny(500_000_00),
            "merchant_id": None,
            "merchant_name": None,
            "reference": "ICBC-2026112000017",
            "card_last4": None,
            "event_at": _NOW,
            "posted_at": _NOW,
            "journal_id": f"jrn_{_HEX}",
            "reverses_journal_id": None,
        }
    ],
    "next_cursor": None,
}

# What two people agree on ---------------------------------------------------------------------------------------------

_DECIDED: Final[Json] = {
    "proposed_by": _LOGIN_ID,
    "proposed_at": _NOW,
    "decided_by": _LOGIN_ID,
    "decided_at": _NOW,
}
NEW_REFUND_ACCOUNT: Final[Json] = {
    "holder": "Honeynut 有限公司",
    "bank": "Industrial Bank, Hangzhou",
    "number": "6222 0210 0123 4567",
}
REFUND_ACCOUNT: Final[Json] = {
    "id": f"rac_{_HEX}",
    "customer_id": CUSTOMER_ID,
    "status": "in_force",
    "last4": "4567",
    **_DECIDED,
}
REFUND_ACCOUNTS: Final[Json] = {
    "items": [
        {
            **REFUND_ACCOUNT,
            "account": {
                "holder": "Honeynut 有限公司",
                "bank": "Industrial Bank, Hangzhou",
                "number": "6222021001234567",
            },
        }
    ]
}
NEW_DELIVERY_KEY: Final[Json] = {"part": "numbers", "recipient": _RECIPIENT}
DELIVERY_KEY: Final[Json] = {
    "id": f"dky_{_HEX}",
    "customer_id": CUSTOMER_ID,
    "status": "in_force",
    "part": "numbers",
    "recipient": _RECIPIENT,
    **_DECIDED,
}
DELIVERY_KEYS: Final[Json] = {"items": [DELIVERY_KEY]}

# Money ----------------------------------------------------------------------------------------------------------------

_PARTIES: Final[Json] = {
    "payer": {"name": "Honeynut 有限公司", "account": "6222021001234567"},
    "payee": {"name": "Honeynut Farm", "account": "6222021009999999"},
}
NEW_RECEIPT: Final[Json] = {
    "customer_id": CUSTOMER_ID,
    "method": "bank_transfer",
    "bank_reference": "ICBC-2026112000017",
    "amount": cny(500_000_00),
    "payment_reference": "H7KQ4WX4",
    "received_on": _TODAY,
    **_PARTIES,
}
_RECEIPT: Final[Json] = {
    "id": f"rct_{_HEX}",
    "customer_id": CUSTOMER_ID,
    "method": "bank_transfer",
    "bank_reference": "ICBC-2026112000017",
    "amount": cny(500_000_00),
    "payment_reference": "H7KQ4WX4",
    "received_on": _TODAY,
    "journal_id": f"jrn_{_HEX}",
    "posted_at": _NOW,
}
RECEIPT_RECORDED: Final[Json] = {
    **_RECEIPT,
    "balance": cny(500_000_00),
    "reserved": cny(0),
    "available": cny(500_000_00),
}
RECEIPT: Final[Json] = {**_RECEIPT, "recorded_by": _LOGIN_ID}
RECEIPT_IN_FULL: Final[Json] = {**RECEIPT, "parties": _PARTIES}

NEW_FUNDING_REFUND: Final[Json] = {
    "customer_id": CUSTOMER_ID,
    "amount": cny(128_000_00),
    "reason": "the second order was given up",
}
FUNDING_REFUND: Final[Json] = {
    "id": f"frf_{_HEX}",
    "customer_id": CUSTOMER_ID,
    "refund_account_id": f"rac_{_HEX}",
    "status": "requested",
    "amount": cny(128_000_00),
    "reason": "the second order was given up",
    "requested_by": _LOGIN_ID,
    "requested_at": _NOW,
    "decided_by": None,
    "decided_at": None,
    "journal_id": None,
    "paid_by": None,
    "paid_at": None,
    "paid_journal_id": None,
    "bank_reference": None,
}
_AFTER: Final[Json] = {"balance": cny(372_000_00), "reserved": cny(372_000_00), "available": cny(0)}
FUNDING_REFUND_REQUESTED: Final[Json] = {
    **FUNDING_REFUND,
    "balance": cny(500_000_00),
    "reserved": cny(500_000_00),
    "available": cny(0),
}
FUNDING_REFUND_APPROVED: Final[Json] = {
    **FUNDING_REFUND,
    "status": "approved",
    "decided_by": _LOGIN_ID,
    "decided_at": _NOW,
    "journal_id": f"jrn_{_HEX}",
    **_AFTER,
}
PAY: Final[Json] = {"bank_reference": "ICBC-2026112200003"}
FUNDING_REFUND_PAID: Final[Json] = {
    **FUNDING_REFUND_APPROVED,
    "status": "paid",
    "paid_by": _LOGIN_ID,
    "paid_at": _NOW,
    "paid_journal_id": f"jrn_{_HEX}",
    "bank_reference": "ICBC-2026112200003",
}

# Tiers ----------------------------------------------------------------------------------------------------------------

_TIERS: Final = [
    {"name": "bronze", "from": cny(5_000_00), "price_basis_points": 9_800},
    {"name": "silver", "from": cny(10_000_00), "price_basis_points": 9_500},
    {"name": "gold", "from": cny(30_000_00), "price_basis_points": 9_300},
]
TIERS: Final[Json] = {"tiers": _TIERS}
