"""Examples of the answers about recipients; tests read each of them by its type."""

from typing import Any, Final

from florin.api.management_examples import PRODUCT

Json = dict[str, Any]

_LINE: Final[Json] = {
    "product_id": PRODUCT["id"],
    "denomination": {"amount": 50_000, "currency": "CNY"},
    "quantity": 2_000,
}
TAKEN: Final[Json] = {"accepted": True, "recipients": 2_000, "lines": [_LINE], "wrong": 0, "wrong_cells": []}
CHECKED: Final[Json] = {
    "accepted": False,
    "recipients": 2_000,
    "lines": [{**_LINE, "quantity": 1_999}],
    "wrong": 1,
    "wrong_cells": [
        {
            "row": 17,
            "column": "denomination",
            "reason": "the product is issued in 100.00, 500.00 only",
            "found": "200",
        }
    ],
}
RECIPIENT: Final[Json] = {
    "card": "1-000001",
    "line": 1,
    "serial": 1,
    "name": "张*",
    "contact": "+86*******8000",
    "employee_number": "E-0017",
    "identified": False,
}
