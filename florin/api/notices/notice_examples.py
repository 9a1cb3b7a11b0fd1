"""Examples of notices and webhooks for the document of the API; tests read each of them by its type."""

from typing import Any, Final

_HEX: Final = "0197c0de00007a3b8c4d5e6f70819203"
WEBHOOK_ID: Final = f"whk_{_HEX}"
_EVENT_ID: Final = f"evt_{_HEX}"
_NOW: Final = "2026-11-22T08:30:00Z"

NEW_WEBHOOK: Final[dict[str, Any]] = {
    "url": "https://receiver.example/florin",
    "events": ["purchase.completed", "purchase.refunded"],
    "contact": "it@receiver.example",
}
WEBHOOK: Final = {
    "id": WEBHOOK_ID,
    "owner": "merchant",
    "url": "https://receiver.example/florin",
    "events": ["purchase.completed", "purchase.refunded"],
    "status": "active",
    "disabled_reason": None,
    "failures": 0,
    "old_secret_until": None,
    "created_at": _NOW,
}
_SECRET: Final = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="  # noqa: S105 (the specification's own example, doubled)
ADDED_WEBHOOK: Final = {"webhook": WEBHOOK, "secret": _SECRET}
NEW_SECRET: Final = {"secret": _SECRET, "old_secret_until": _NOW}
DELIVERY: Final = {
    "event_id": _EVENT_ID,
    "name": "purchase.completed",
    "status": "waiting",
    "attempts": 2,
    "next_attempt_at": _NOW,
    "answered": 503,
    "failure": "answered 503",
    "ended_at": None,
}
REPLAY: Final[dict[str, Any]] = {"since": "2026-11-21T00:00:00Z", "until": "2026-11-22T00:00:00Z", "only_failed": True}
REPLAYED: Final = {"events": 17}

PREFERENCES: Final[dict[str, Any]] = {
    "language": "zh",
    "birthday": "03-21",
    "wishes": [{"kind": "purchase", "channel": "mail", "wanted": True}],
}
PREFERENCES_SEEN: Final = {
    "language": "zh",
    "birthday": "03-21",
    "notices": [{"kind": "purchase", "mail": True, "sms": None, "by_default": False}],
}
TERMS: Final[dict[str, Any]] = {
    "language": "zh",
    "quiet_from": "22:00",
    "quiet_until": "08:00",
    "member_day": 8,
    "birthdays": True,
    "expiry_days": 30,
}
TEXT: Final[dict[str, Any]] = {
    "subject": "Your balance is low",
    "body": "Dear {{ user_name }}, your balance is {{ balance | money }}.",
    "html": None,
}
TEXT_IN_USE: Final = {**TEXT, "is_own": True}
FILLED: Final = {"subject": "Your balance is low", "body": "Dear anna, your balance is CNY 19.00.", "html": None}
SAMPLE: Final[dict[str, Any]] = {"kind": "low_balance", "address": "anna@example.org"}
SENT: Final = {"id": f"ntc_{_HEX}"}
NOTICE: Final = {
    "id": f"ntc_{_HEX}",
    "kind": "low_balance",
    "made_at": _NOW,
    "sendings": [
        {"channel": "mail", "status": "sent", "attempts": 1, "failure": None, "due_at": None, "ended_at": _NOW}
    ],
}
LOGIN_NOTICES: Final[dict[str, Any]] = {
    "mail": "li.na@customer.example",
    "language": "zh",
    "wishes": [{"kind": "order_funded", "wanted": False}],
}
LOGIN_NOTICES_SEEN: Final = {
    "mail": "li.na@customer.example",
    "language": "zh",
    "notices": [{"kind": "order_funded", "wanted": False}, {"kind": "order_ready", "wanted": True}],
}
