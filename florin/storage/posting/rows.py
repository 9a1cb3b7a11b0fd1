"""Rows that a posting group only ever adds."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from florin.storage.posting.columns import JsonText


@dataclass(slots=True)
class OutboxEvent:
    """An event for the outside world."""

    id: UUID
    shard: int
    name: str
    subject_id: UUID
    journal_id: UUID | None
    payload: JsonText | None
    posted_at: datetime


@dataclass(slots=True)
class AuditRow:
    """Who changed what outside the book."""

    id: UUID
    actor_id: UUID
    action: str
    subject_id: UUID
    detail: JsonText
    at: datetime


@dataclass(slots=True)
class RefundRow:
    """A refund of part or all of a purchase, by lot and with what the programme had paid, in minor units."""

    id: UUID
    shard: int
    purchase_id: UUID
    reference: str
    principal_minor: int
    bonus_minor: int
    discount_minor: int
    journal_id: UUID
    posted_at: datetime


@dataclass(slots=True)
class RedemptionRow:
    """A card whose whole value went into a member's wallet."""

    card_id: UUID
    shard: int
    member_id: UUID
    amount_minor: int
    unit: str
    last4: str
    journal_id: UUID
    posted_at: datetime


@dataclass(slots=True)
class HolderRow:
    """Who holds a registered card, sealed."""

    card_id: UUID
    shard: int
    identity_encrypted: bytes
    recorded_at: datetime


@dataclass(slots=True)
class AccessEnded:
    """A member who may not sign in from an instant on."""

    member_id: UUID
    at: datetime
