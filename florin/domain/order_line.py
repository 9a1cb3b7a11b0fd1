"""The life of a line of a corporate order: its cards are made, or why they could not be, and what becomes of it then.

waiting -> generating -> ready
|  ^
v  | (tried again)
failed -> dropping -> dropped
"""

from dataclasses import dataclass
from enum import StrEnum, auto
from uuid import UUID


class LineStatus(StrEnum):
    """Where a line stands."""

    WAITING = auto()  # none of its cards has been taken in hand, or it is to be tried again
    GENERATING = auto()  # its cards are being made
    READY = auto()  # all of its cards are made
    FAILED = auto()  # its cards could not be made; tried again or dropped
    DROPPING = auto()  # given up, its money free again; the cards that it has are being recalled
    DROPPED = auto()  # given up, and none of its cards is left


class LineFailure(StrEnum):
    """Why the cards of a line could not be made."""

    ORDER_ALTERED = auto()  # the order is not what was submitted and approved
    PRODUCT_NOT_FOUND = auto()  # the product is gone
    DENOMINATION_NOT_OFFERED = auto()  # the product is not issued in this denomination any more
    REFUSED_BY_POLICY = auto()  # the policy pack in force does not allow cards of this face any more
    NUMBERS_USED_UP = auto()  # no free card numbers are left under the programme's issuer prefix
    UNEXPECTED = auto()  # something that nobody has foreseen; the service's log tells what


OPEN = frozenset({LineStatus.WAITING, LineStatus.GENERATING})
"""A line whose cards are still to be made."""

GIVEN_UP = frozenset({LineStatus.DROPPING, LineStatus.DROPPED})
"""A line that costs nothing any more."""


@dataclass(slots=True)
class OrderedLine:
    """The working copy of a line that is decided on together with its order's money, under the order's row lock.

    ``share_minor`` is what the line is of the order's price.
    """

    order_id: UUID
    line: int
    share_minor: int
    status: LineStatus
    failure: str | None
