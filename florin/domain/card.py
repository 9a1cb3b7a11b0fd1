"""A card as the clearing verbs see it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from florin.domain.card_life import CardBlock, CardStatus


@dataclass(slots=True)
class Card:
    """The working copy of a card; it changes only under the locks of its strict accounts.

    ``successor_id`` is the card that has taken a replaced one's place.
    """

    id: UUID
    shard: int
    programme_id: UUID
    product_id: UUID
    denomination_minor: int
    last4: str
    key_id: int
    status: CardStatus
    block: CardBlock
    block_reason: str | None
    expires_on: date | None
    sold_by: UUID | None
    sold_at: datetime | None
    activated_at: datetime | None
    ended_at: datetime | None
    pin_failures: int
    pin_locked_until: datetime | None
    successor_id: UUID | None = None
