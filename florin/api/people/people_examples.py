"""Examples of the requests and answers of the people who work with Florin; tests read each of them by its type."""

from typing import Any, Final

from florin.api.examples import CARD_ID

Json = dict[str, Any]

_HEX: Final = CARD_ID.removeprefix("card_")
_NOW: Final = "2026-11-22T08:30:00.123456Z"
_PASSWORD: Final = "four words that rhyme"  # noqa: S105 (an example)
_CODE: Final = "492039"

CUSTOMER_ID: Final = f"cus_{_HEX}"
LOGIN_ID: Final = f"lgn_{_HEX}"

SIGN_IN: Final[Json] = {"user_name": "li.na", "password": _PASSWORD, "totp_code": _CODE}
OWN_LOGIN: Final[Json] = {
    "id": LOGIN_ID,
    "person_id": f"psn_{_HEX}",
    "customer_id": CUSTOMER_ID,
    "user_name": "li.na",
    "name": "李娜",
    "roles": ["buyer"],
    "must_change_password": False,
    "must_enrol_totp": False,
    "must_be_released": False,
}
SESSION: Final[Json] = {"token": "fl_lgn_...", "expires_at": "2026-11-22T20:30:00.123456Z", "login": OWN_LOGIN}
NEW_PASSWORD: Final[Json] = {
    "password": _PASSWORD,
    "new_password": "five other words that rhyme",
    "totp_code": _CODE,
}
PASSWORD_AGAIN: Final[Json] = {"password": _PASSWORD}
TOTP_SECRET: Final[Json] = {
    "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "uri": "otpauth://totp/Florin:li.na?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Florin",
}
FIRST_CODE: Final[Json] = {"code": _CODE}

DOCUMENT: Final[Json] = {"kind": "passport", "number": "E12345678"}
NEW_CUSTOMERS_PERSON: Final[Json] = {
    "user_name": "li.na",
    "name": "李娜",
    "mobile": "+8613800138000",
    "document": DOCUMENT,
    "roles": ["buyer"],
    "totp_code": _CODE,
}
NEW_PERSON: Final[Json] = {**NEW_CUSTOMERS_PERSON, "user_name": "wang.wei", "name": "王伟", "roles": ["operator"]}
CUSTOMERS_LOGIN: Final[Json] = {
    "id": LOGIN_ID,
    "person_id": f"psn_{_HEX}",
    "customer_id": CUSTOMER_ID,
    "user_name": "li.na",
    "name": "李娜",
    "roles": ["buyer"],
    "status": "waiting",
    "enrolled": False,
    "identity_on_record": True,
    "created_at": _NOW,
}
LOGIN: Final[Json] = {
    **CUSTOMERS_LOGIN, "customer_id": None, "user_name": "wang.wei", "name": "王伟", "roles": ["operator"],
}  # fmt: skip
_INITIAL: Final[Json] = {"initial_password": "0D4K-7Q1M-ZP8W-VX2T-93HB"}
CUSTOMERS_LOGIN_ADDED: Final[Json] = {"login": CUSTOMERS_LOGIN, "person_was_known": False, **_INITIAL}
LOGIN_ADDED: Final[Json] = {"login": LOGIN, "person_was_known": False, **_INITIAL}
REASON: Final[Json] = {"reason": "has left the company"}
CONFIRMED_REASON: Final[Json] = {"reason": "called back on the number on record", "totp_code": _CODE}
ROLES: Final[Json] = {"roles": ["buyer"], "reason": "orders for the head office from now on", "totp_code": _CODE}
IDENTITY: Final[Json] = {"name": "李娜", "document": DOCUMENT, "totp_code": _CODE}
RESET: Final[Json] = _INITIAL
