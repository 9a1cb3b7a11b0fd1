"""Tiers: what a company pays of a face by what it has brought in, and a member of a price by what it has spent."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from itertools import pairwise
from operator import attrgetter
from typing import Final

from florin.domain.configuration_fields import require_between, require_name
from florin.domain.corporate_order import WHOLE_PRICE_BASIS_POINTS
from florin.domain.invalid_field import InvalidField
from florin.domain.money import MAX_AMOUNT_MINOR

MOST_TIERS: Final = 20


class Ladder(StrEnum):
    """Whose tiers: those of companies, by what they have brought in, or of members, by what they have spent."""

    GROUP = auto()
    PERSONAL = auto()


@dataclass(frozen=True, slots=True)
class Tier:
    """Who has brought in at least ``from_minor`` pays ``price_basis_points`` of a face value.

    `InvalidField` for a name, threshold or price that no tier has.
    """

    name: str
    from_minor: int
    price_basis_points: int

    def __post_init__(self) -> None:
        """Refuse what no tier can be."""
        require_name(self.name)
        require_between("from_minor", self.from_minor, 1, MAX_AMOUNT_MINOR)
        require_between("price_basis_points", self.price_basis_points, 1, WHOLE_PRICE_BASIS_POINTS)


def ladder_of(tiers: Sequence[Tier]) -> tuple[Tier, ...]:
    """The tiers in ascending order of their thresholds.

    `InvalidField` when there are too many, when two have the same name or threshold, or when a higher tier pays more.
    """
    ladder = tuple(sorted(tiers, key=attrgetter("from_minor")))
    if len(ladder) > MOST_TIERS:
        raise InvalidField("tiers", f"at most {MOST_TIERS}")
    if len({each.name for each in ladder}) < len(ladder):
        raise InvalidField("tiers", "each name once")
    for lower, higher in pairwise(ladder):
        if lower.from_minor == higher.from_minor:
            raise InvalidField("tiers", "each threshold once")
        if lower.price_basis_points < higher.price_basis_points:
            raise InvalidField("tiers", "who has brought in more never pays more")
    return ladder


def tier_at(ladder: Sequence[Tier], received_minor: int) -> Tier | None:
    """The highest tier that ``received_minor`` reaches; None below the lowest, where the whole face is paid."""
    reached = [each for each in ladder if each.from_minor <= received_minor]
    return max(reached, key=attrgetter("from_minor"), default=None)
