"""Examples of payments, for the API's document; a test sends and compares each."""

from typing import Any, Final

Json = dict[str, Any]

_HEX: Final = "0197c0de00007a3b8c4d5e6f70819203"
_NOW: Final = "2026-03-02T04:00:00Z"


def _cny(amount_minor: int) -> Json:
    return {"amount": amount_minor, "currency": "CNY"}


NEW_PAYMENT: Final[Json] = {"provider": "sandbox", "amount": _cny(100_00)}
PAYMENT: Final[Json] = {
    "id": f"pmt_{_HEX}",
    "member_id": f"mbr_{_HEX}",
    "provider": "sandbox",
    "purpose": "top_up",
    "hold_id": None,
    "card": None,
    "status": "offered",
    "amount": _cny(100_00),
    "pay_url": "https://pay.example/0197c0de00007a3b8c4d5e6f70819203",
    "created_at": _NOW,
    "expires_at": "2026-03-02T04:35:00Z",
    "paid_at": None,
    "refunded": _cny(0),
    "journal_id": None,
    "ended_at": None,
}
CREDITED: Final[Json] = {
    **PAYMENT,
    "status": "credited",
    "pay_url": None,
    "paid_at": _NOW,
    "refunded": _cny(70_00),
    "journal_id": f"jrn_{_HEX}",
    "ended_at": _NOW,
}
NEW_REFUND: Final[Json] = {"amount": _cny(70_00)}
REFUND: Final[Json] = {
    "id": f"prf_{_HEX}",
    "payment_id": f"pmt_{_HEX}",
    "cause": "cooling_off",
    "status": "requested",
    "amount": _cny(70_00),
    "requested_at": _NOW,
    "journal_id": f"jrn_{_HEX}",
    "put_back_journal_id": None,
    "ended_at": None,
}
REFUND_REQUESTED: Final[Json] = {**REFUND, "balance": _cny(0), "available": _cny(0)}
RETURN_REQUESTED: Final[Json] = {**REFUND, "cause": "disputed", "journal_id": None}
HISTORY: Final[Json] = {**CREDITED, "refunds": [REFUND]}
FINDING: Final[Json] = {
    "id": f"pfn_{_HEX}",
    "kind": "amount_differs",
    "provider": "sandbox",
    "reference": _HEX,
    "payment_id": f"pmt_{_HEX}",
    "expected": _cny(100_00),
    "found": _cny(99_00),
    "detail": "the provider calls it 4200001234202603021234567890",
    "opened_at": _NOW,
    "closed_at": None,
}
NEW_FINDING_NOTE: Final[Json] = {"text": "The bank has 99.00, too: the rest was sent back.", "closes": True}
FINDING_HISTORY: Final[Json] = {
    **FINDING,
    "closed_at": _NOW,
    "notes": [{**NEW_FINDING_NOTE, "login_id": f"lgn_{_HEX}", "at": _NOW}],
}
NEW_CARD_PURCHASE: Final[Json] = {
    "provider": "sandbox",
    "product_id": f"prd_{_HEX}",
    "denomination": _cny(100_00),
    "trial": True,
}
CARD_PURCHASE: Final[Json] = {
    **PAYMENT,
    "purpose": "card",
    "amount": _cny(90_00),
    "card": {"product_id": f"prd_{_HEX}", "denomination": _cny(100_00), "card_id": None},
}
CARD_OFFERS: Final[Json] = {
    "items": [
        {
            "product_id": f"prd_{_HEX}",
            "name": "Honeynut recharge card",
            "denomination": _cny(100_00),
            "trial_price": _cny(90_00),
        }
    ]
}
BOUGHT_CARD: Final[Json] = {
    "card_id": f"card_{_HEX}",
    "status": "active",
    "denomination": _cny(100_00),
    "expires_on": "2029-03-02",
    "number": "9123450123456789014",
    "pin": "01234567",
    "e_code": "4TQX-9KHW-2M5N-7C8D-E3FG",
}
PROVIDERS: Final[Json] = {"items": ["alipay", "sandbox"]}

NEW_SPLIT_PURCHASE: Final[Json] = {
    "pay_with": {"payment_code": "286012345678901234"},
    "amount": _cny(150_00),
    "reference": "order-5521",
    "provider": "sandbox",
}
SPLIT_PURCHASE: Final[Json] = {
    "hold_id": f"hld_{_HEX}",
    "status": "waiting",
    "reference": "order-5521",
    "requested": _cny(150_00),
    "purchase_id": None,
    "hold": {
        "id": f"hld_{_HEX}",
        "status": "open",
        "reference": "order-5521",
        "paid_by": f"mbr_{_HEX}",
        "amount": _cny(50_00),
        "expires_at": "2026-03-02T04:45:00Z",
        "opened_at": _NOW,
        "ended_at": None,
    },
    "payment": {**PAYMENT, "purpose": "split_purchase", "hold_id": f"hld_{_HEX}"},
}
