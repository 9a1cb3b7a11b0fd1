"""How far the cards of an order are made, how fast that goes, and how long it will take."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from florin.domain.order_life import OrderStatus
from florin.domain.order_line import GIVEN_UP, OPEN, LineFailure, LineStatus

_MICROSECOND: Final = timedelta(microseconds=1)
_SECOND: Final = timedelta(seconds=1) // _MICROSECOND

BEING_MADE: Final = frozenset({OrderStatus.FUNDED, OrderStatus.GENERATING})
"""The statuses of an order whose cards are being made, or are about to be."""


@dataclass(frozen=True, slots=True)
class LineProgress:
    """A line's cards: ``generated`` out of ``ordered``. The rate is that since the line was last taken in hand.

    ``seconds_left`` is rounded up, and None where nothing can be said of it.
    """

    line: int
    ordered: int
    generated: int
    status: LineStatus
    cards_per_s: int | None
    seconds_left: int | None
    failure: LineFailure | None


@dataclass(frozen=True, slots=True)
class OrderProgress:
    """How far an order is; ``ordered`` and ``generated`` count the cards of the lines that are not given up."""

    order_id: UUID
    customer_id: UUID
    status: OrderStatus
    ordered: int
    generated: int
    seconds_left: int | None
    lines: tuple[LineProgress, ...]

    @property
    def is_over(self) -> bool:
        """Whether no more of its cards will be made unless somebody asks for it."""
        return self.status not in BEING_MADE

    @property
    def point(self) -> tuple[object, ...]:
        """What two reports of the same moment have in common, however long after one another they were asked for."""
        return self.status, tuple((each.generated, each.status, each.failure) for each in self.lines)


def rate_of(made: int, took: timedelta) -> int | None:
    """Whole cards a second; None while there is nothing to tell it from."""
    took_us = took // _MICROSECOND
    return made * _SECOND // took_us if made > 0 and took_us > 0 else None


def line_progress(
    line: int,
    ordered: int,
    generated: int,
    status: LineStatus,
    failure: LineFailure | None,
    *,
    made_before: int,
    began_at: datetime | None,
    until: datetime,
) -> LineProgress:
    """A line's progress, of whose cards ``made_before`` were there when it was last taken in hand at ``began_at``."""
    rate = None if began_at is None else rate_of(generated - made_before, until - began_at)
    left = ordered - generated if status is LineStatus.GENERATING and rate else None
    return LineProgress(
        line, ordered, generated, status, rate, None if left is None or not rate else -(-left // rate), failure
    )


def order_progress(
    order_id: UUID, customer_id: UUID, status: OrderStatus, lines: tuple[LineProgress, ...]
) -> OrderProgress:
    """An order's progress; the time left is that of all cards that are still to be made, at the rate of the moment."""
    counted = [each for each in lines if each.status not in GIVEN_UP]
    rate = next((each.cards_per_s for each in lines if each.status is LineStatus.GENERATING and each.cards_per_s), None)
    left = sum(each.ordered - each.generated for each in lines if each.status in OPEN)
    return OrderProgress(
        order_id,
        customer_id,
        status,
        sum(each.ordered for each in counted),
        sum(each.generated for each in counted),
        -(-left // rate) if rate and left else None,
        lines,
    )
