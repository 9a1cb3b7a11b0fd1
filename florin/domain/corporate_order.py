"""A corporate order as the clearing verbs see it, and what its cards cost. Amounts are in minor units."""

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final
from uuid import UUID

from florin.domain.order_life import OrderStatus

WHOLE_PRICE_BASIS_POINTS: Final = 10_000


class DeliveryKind(StrEnum):
    """How the cards of an order reach people."""

    FILES = auto()  # numbers and PINs in two sealed files for the customer
    LINKS = auto()  # each recipient gets a claim link for an e-card


@dataclass(slots=True)
class CorporateOrder:
    """The working copy of an order's money and status; it changes only under the order's row lock.

    ``reserved_minor`` is what it holds of the customer's funding, ``used_minor`` what has gone onto activated cards.
    """

    id: UUID
    shard: int
    programme_id: UUID
    customer_id: UUID
    status: OrderStatus
    price_minor: int | None
    reserved_minor: int
    used_minor: int


@dataclass(frozen=True, slots=True)
class OrderedCard:
    """A card's place in its order: line, serial number within the line, and what the customer pays for it."""

    card_id: UUID
    order_id: UUID
    line: int
    serial: int
    principal_minor: int


def principal_of(denomination_minor: int, price_basis_points: int) -> int:
    """What is paid for one card of a face at a price in basis points, rounded up to a whole minor unit.

    The rest of the face is bonus, so the two always add up to it.
    """
    return -(-denomination_minor * price_basis_points // WHOLE_PRICE_BASIS_POINTS)
