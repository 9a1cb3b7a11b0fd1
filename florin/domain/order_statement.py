"""The statement of an order: what has become of the cards that a company has bought, without telling of any one person.

Cards are counted by what has become of them. Money is told only over the whole order, and only where it tells nobody's
balance: what is on an unused card is its face and on a used-up one nothing, so the rest of a total belongs to the cards
of which the count alone does not tell. Unless there are none of those, there must be enough of them. Where the company
has named who gets which card, a count tells as much as an amount: how many are unused, used or loaded is then told over
the whole order only, and only from enough cards on.
"""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, Self

FEWEST_CARDS: Final = 10
"""How many cards of unknown balance an amount must be the sum of.

Ten is the lowest cell count that statistical offices commonly publish about persons (threshold rule).
"""


COUNTS: Final = (
    "sold",
    "waiting",
    "activated",
    "unused",
    "partly_used",
    "used_up",
    "loaded",
    "expired",
    "closed",
    "voided",
    "replaced",
)
"""What is counted, in the order in which it is told."""

USE: Final = frozenset({"unused", "partly_used", "used_up", "loaded", "expired", "closed"})
"""What tells how a card's holder has used it."""


@dataclass(frozen=True, slots=True)
class CardCounts:
    """How many cards there are, by what has become of them; every card is in exactly one of these.

    ``unused``, ``partly_used`` and ``used_up`` are active cards that hold their face, less, or nothing. An active card
    past its last day that holds anything is ``expired`` and in none of those. A successor counts, and the card whose
    place it has taken is ``replaced``.
    """

    waiting: int = 0
    unused: int = 0
    partly_used: int = 0
    used_up: int = 0
    loaded: int = 0
    expired: int = 0
    closed: int = 0
    voided: int = 0
    replaced: int = 0

    def __add__(self, other: Self) -> Self:
        """Both together."""
        return type(self)(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @property
    def activated(self) -> int:
        """Cards that are, or have been, worth something, each place in the order once."""
        return self.unused + self.partly_used + self.used_up + self.loaded + self.expired + self.closed

    @property
    def sold(self) -> int:
        """Cards that the company has bought and not given up, each place in the order once."""
        return self.waiting + self.activated

    def told(self, *, with_use: bool) -> "ToldCounts":
        """What is told of them; what their holders have done with them only ``with_use``."""
        told: dict[str, Any] = {name: getattr(self, name) for name in COUNTS}
        return ToldCounts(**told if with_use else {**told, **dict.fromkeys(USE)})

    @property
    def of_unknown_balance(self) -> int:
        """Cards on which there may be anything up to their face, for all that the counts tell."""
        return self.partly_used + self.expired


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldCounts:
    """Card counts as they are told; the figures of `USE` are None where they would tell what somebody has."""

    sold: int
    waiting: int
    activated: int
    unused: int | None
    partly_used: int | None
    used_up: int | None
    loaded: int | None
    expired: int | None
    closed: int | None
    voided: int
    replaced: int

    @property
    def in_order(self) -> tuple[int | None, ...]:
        """The figures of `COUNTS`."""
        return tuple(getattr(self, each) for each in COUNTS)


@dataclass(frozen=True, slots=True)
class CountedLine:
    """A line of the order and its cards, as they were counted; the denomination in minor units."""

    line: int
    product_name: str
    denomination_minor: int
    counts: CardCounts


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A line of the order and what is told of its cards; the denomination in minor units."""

    line: int
    product_name: str
    denomination_minor: int
    counts: ToldCounts


@dataclass(frozen=True, slots=True)
class OrderAmounts:
    """What the activated cards of an order are worth, in minor units.

    ``face_minor`` is ``paid_minor`` and ``bonus_minor`` together, and also ``spent_minor`` (at merchants, or loaded
    into wallets) and ``outstanding_minor`` (still on cards) together. The last two are None where they would tell
    somebody's balance.
    """

    face_minor: int
    paid_minor: int
    bonus_minor: int
    spent_minor: int | None
    outstanding_minor: int | None


@dataclass(frozen=True, slots=True)
class OrderStatement:
    """The statement of an order on a business day."""

    on: date
    unit: str
    lines: tuple[StatementLine, ...]
    total: ToldCounts
    amounts: OrderAmounts


def use_may_be_told(counts: CardCounts, *, is_named: bool) -> bool:
    """Whether an order's cards may be counted by how their holders have used them.

    ``is_named``: the company has said who gets which card.
    """
    return not is_named or counts.activated == 0 or counts.activated >= FEWEST_CARDS


def rest_may_be_told(counts: CardCounts, *, is_named: bool) -> bool:
    """Whether what is left on an order's cards may be told as a sum."""
    unknown = counts.of_unknown_balance
    return use_may_be_told(counts, is_named=is_named) and (unknown == 0 or unknown >= FEWEST_CARDS)


def draw_up(
    on: date,
    unit: str,
    lines: tuple[CountedLine, ...],
    *,
    is_named: bool,
    paid_minor: int,
    outstanding_minor: int,
) -> OrderStatement:
    """The statement of an order whose lines have been counted.

    ``is_named``: the company has said who gets which card. ``paid_minor`` has gone onto its cards, and
    ``outstanding_minor`` is still there, held money included.
    """
    total = sum((each.counts for each in lines), CardCounts())
    face_minor = sum(each.denomination_minor * each.counts.activated for each in lines)
    rest_is_told = rest_may_be_told(total, is_named=is_named)
    amounts = OrderAmounts(
        face_minor,
        paid_minor,
        face_minor - paid_minor,
        face_minor - outstanding_minor if rest_is_told else None,
        outstanding_minor if rest_is_told else None,
    )
    told = tuple(
        StatementLine(each.line, each.product_name, each.denomination_minor, each.counts.told(with_use=not is_named))
        for each in lines
    )
    return OrderStatement(on, unit, told, total.told(with_use=use_may_be_told(total, is_named=is_named)), amounts)
