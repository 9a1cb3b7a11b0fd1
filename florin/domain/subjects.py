"""What each verb leaves behind, so that the id of an operation's subject can be told in the form that callers know."""

from typing import Final
from uuid import UUID

from florin.domain.identifiers import wire_id

SUBJECT_KINDS: Final = {
    "purchase": "purchase",
    "capture": "purchase",
    "void": "purchase",
    "hold": "hold",
    "release": "hold",
    "split_purchase": "hold",
    "complete_split_purchase": "purchase",
    "refund": "refund",
    "sell": "card",
    "activate": "card",
    "redeem": "card",
    "activate_ordered_card": "card",
    "recall_ordered_card": "card",
    "replace_ordered_card": "card",
    "stop_reported_card": "card",
    "allow_reported_card": "card",
    "credit_points": "member",
    "lapse_points": "member",
    "exchange_points": "voucher",
    "grant_voucher": "voucher",
    "use_voucher": "voucher",
    "lapse_voucher": "voucher",
}
"""The kind of a verb's subject. A reversal is of whatever its original was, and its answer says of what."""

POSTING_VERBS: Final = (*SUBJECT_KINDS, "reverse")
"""Every verb that is kept under an idempotency key."""


def subject_wire_id(verb: str, subject_id: UUID | None) -> str | None:
    """The wire id of what an operation of that verb made or changed; None for what has no subject of one kind."""
    kind = SUBJECT_KINDS.get(verb)
    return None if kind is None or subject_id is None else wire_id(kind, subject_id)
