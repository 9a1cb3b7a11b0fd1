"""Orders that are paid in cash at the door: delivered, reviewed by their member, and none of our money.

The cash goes to the merchant, so the book knows nothing of it. What is kept is that something was delivered to a
member, and what the member thinks of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final
from uuid import UUID

from florin.domain.declines import Decline

USUAL_REVIEW_HOURS: Final = 48
"""For so long a member has the word after a delivery, unless the programme's terms say otherwise."""

LONGEST_REVIEW_HOURS: Final = 720


class CashOrderStatus(StrEnum):
    """Where an order stands."""

    RECORDED = auto()
    DELIVERED = auto()  # and paid at the door; the member may review it
    REVIEWED = auto()  # by its member, or as a good one by default
    CANCELLED = auto()  # nothing was delivered


class CashOrderOperation(StrEnum):
    """What can be asked of an order."""

    DELIVER = auto()
    CANCEL = auto()
    REVIEW = auto()  # by the member, as long as there is time
    REVIEW_BY_DEFAULT = auto()  # by nobody, once there is none left


class Verdict(StrEnum):
    """What a member thinks of a delivery."""

    GOOD = auto()
    BAD = auto()


_S: Final = CashOrderStatus
_O: Final = CashOrderOperation

MOVES: Final[Mapping[tuple[CashOrderOperation, CashOrderStatus], CashOrderStatus]] = MappingProxyType(
    {
        (_O.DELIVER, _S.RECORDED): _S.DELIVERED,
        (_O.CANCEL, _S.RECORDED): _S.CANCELLED,
        (_O.REVIEW, _S.DELIVERED): _S.REVIEWED,
        (_O.REVIEW_BY_DEFAULT, _S.DELIVERED): _S.REVIEWED,
    }
)
"""Every operation with the status that it starts from and leads to; what is not listed is refused."""


@dataclass(frozen=True, slots=True)
class Review:
    """What is thought of a delivery; ``by_default`` when its member said nothing. ``case_id`` is what it opened."""

    id: UUID
    verdict: Verdict
    by_default: bool
    at: datetime
    case_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CashOrder:
    """An order, under the merchant's own ``reference``; it is reviewed until ``review_until`` and not at it."""

    id: UUID
    programme_id: UUID
    merchant_id: UUID
    member_id: UUID
    reference: str
    amount_minor: int
    unit: str
    status: CashOrderStatus
    recorded_at: datetime
    delivered_at: datetime | None = None
    review_until: datetime | None = None
    cancelled_at: datetime | None = None
    review: Review | None = None


def permit_cash_order(
    operation: CashOrderOperation, status: CashOrderStatus, review_until: datetime | None, now: datetime
) -> CashOrderStatus | Decline:
    """The status that follows, or ``CASH_ORDER_NOT_IN_STATE``; at ``review_until`` the member's time is over.

    That instant alone decides, and not when somebody looks: a review that comes after it is refused although nobody has
    written the default one yet.
    """
    following = MOVES.get((operation, status), Decline.CASH_ORDER_NOT_IN_STATE)
    if following is _S.REVIEWED and review_until is not None:
        in_time = now < review_until
        if in_time is not (operation is _O.REVIEW):
            return Decline.CASH_ORDER_NOT_IN_STATE
    return following


def review_until(delivered_at: datetime, review_hours: int) -> datetime:
    """Until when a delivery is reviewed, by the terms of its programme at that moment."""
    return delivered_at + timedelta(hours=review_hours)
