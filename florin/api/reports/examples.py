"""Examples of what is answered about reports."""

from typing import Any, Final

_NOUGHT: Final = {"amount": 0, "currency": "CNY"}
_OWED: Final = {"amount": 2_500, "currency": "CNY"}

KIND: Final[dict[str, Any]] = {
    "name": "trial_balance",
    "title": "试算平衡表 trial balance",
    "says": "Debits and credits of all accounts, by account code.",
    "span": "day",
    "each_day": True,
}
REPORT: Final[dict[str, Any]] = {
    "report": "trial_balance",
    "title": "试算平衡表 trial balance",
    "programme": "Demo (demo)",
    "currency": "CNY",
    "since": None,
    "through": "2026-11-20",
    "facts": [],
    "sections": [
        {
            "name": "accounts",
            "title": "科目 accounts",
            "columns": [
                {"name": "code", "title": "科目 code", "kind": "count"},
                {"name": "balance", "title": "余额 balance", "kind": "money"},
            ],
            "rows": [{"code": 2040, "balance": _OWED}],
            "totals": [],
        }
    ],
    "checks": [{"says": "debits are credits (CNY)", "expected": _NOUGHT, "found": _NOUGHT, "holds": True}],
    "holds": True,
    "alarms": [],
    "notes": [],
}
