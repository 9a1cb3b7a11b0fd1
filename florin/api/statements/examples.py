"""Examples of counterparties and statements for the API's document."""

from typing import Any, Final

from florin.api.examples import CARD_ID, cny

Json = dict[str, Any]

_HEX: Final = CARD_ID.removeprefix("card_")

TERMS: Final[Json] = {
    "name": "WeChat Pay",
    "formats": ["wechat_fund_flow", "wechat_trade"],
    "columns": None,
    "lag_days": 1,
    "date_window_days": 3,
    "amount_tolerance": 0,
    "fee_tolerance": 1,
    "write_off_limit": 1_00,
    "is_numbered": False,
    "fetched_from": "2026-11-20",
}
NEW_COUNTERPARTY: Final[Json] = {
    **TERMS,
    "kind": "provider",
    "code": "wechat",
    "programme_id": f"prg_{_HEX}",
    "account_number": "1900000001",
    "currency": "CNY",
}
COUNTERPARTY: Final[Json] = {
    "id": f"cpy_{_HEX}",
    **NEW_COUNTERPARTY,
    "created_at": "2026-11-19T04:00:00Z",
}
RECEIVED: Final[Json] = {
    "id": f"stf_{_HEX}",
    "counterparty_id": f"cpy_{_HEX}",
    "format": "wechat_trade",
    "name": "1900000001All2026-11-20.csv",
    "sha256": "5a" * 32,
    "size_bytes": 48_213,
    "day": "2026-11-20",
    "state": "received",
    "given_at": "2026-11-21T02:00:00Z",
    "read_at": None,
    "problem": None,
    "statements": 0,
    "lines": 0,
}
TAKEN_IN: Final[Json] = {
    **RECEIVED,
    "state": "taken_in",
    "read_at": "2026-11-21T02:00:02Z",
    "statements": 1,
    "lines": 212,
}
STATEMENT: Final[Json] = {
    "id": f"stm_{_HEX}",
    "counterparty_id": f"cpy_{_HEX}",
    "basis": "trade",
    "reference": None,
    "sequence": None,
    "page": None,
    "from": "2026-11-20",
    "to": "2026-11-20",
    "opening": None,
    "closing": None,
    "in": cny(1_234_500),
    "out": cny(20_000),
    "lines": 212,
}
LINE: Final[Json] = {
    "id": f"stl_{_HEX}",
    "statement_id": f"stm_{_HEX}",
    "line_number": 2,
    "kind": "credit",
    "direction": "in",
    "amount": cny(100_00),
    "fee": cny(60),
    "net": cny(99_40),
    "booked_on": "2026-11-20",
    "value_on": None,
    "event_at": "2026-11-20T04:00:00Z",
    "key": _HEX,
    "origin_key": None,
    "other_key": "4200001234202611200000000001",
    "payout_key": None,
    "status": "done",
    "their_type": "SUCCESS",
    "text": "Wallet top-up",
    "party": None,
    "party_account": None,
}
NEW_FEES: Final[Json] = {"effective_on": "2026-11-20", "basis_points": 60, "flat": 0}
FEES: Final[Json] = {
    "id": f"ftm_{_HEX}",
    "counterparty_id": f"cpy_{_HEX}",
    **NEW_FEES,
    "status": "proposed",
    "proposed_by": f"lgn_{_HEX}",
    "proposed_at": "2026-11-19T04:00:00Z",
    "decided_by": None,
    "decided_at": None,
}
FEES_IN_FORCE: Final[Json] = {
    **FEES,
    "status": "in_force",
    "decided_by": f"lgn_{_HEX}",
    "decided_at": "2026-11-19T05:00:00Z",
}
