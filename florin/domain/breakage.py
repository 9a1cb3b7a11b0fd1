"""The estimate of breakage: value of cards that is not expected to be spent, by the proportional method.

IFRS 15, B44 to B47: where an entity expects to be entitled to breakage, it recognises the expected amount as revenue in
proportion to the pattern of rights exercised by the customer; where it does not, when the likelihood that the rest is
used becomes remote. Amounts are integers of minor units and shares whole parts in a million; each rounding is to the
side on which more is expected to be spent, so that less is taken for breakage.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

WHOLE: Final = 1_000_000
"""Shares are parts of this many."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """The cards first loaded in one quarter: what was to be spent of them, and what was, by age in quarters."""

    quarter: int
    loaded_minor: int
    used_minor: tuple[int, ...]

    @property
    def all_used_minor(self) -> int:
        """What was spent so far."""
        return sum(self.used_minor)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is expected of a cohort: to be spent in all, never to be, and how much of that is earned by now."""

    cohort: Cohort
    expected_used_minor: int
    earned_minor: int

    @property
    def breakage_minor(self) -> int:
        """What is expected never to be spent."""
        return self.cohort.loaded_minor - self.expected_used_minor

    @property
    def to_come_minor(self) -> int:
        """What of it is earned by what will still be spent."""
        return self.breakage_minor - self.earned_minor


def cohorts_of(moved: Iterable[tuple[int, int, int, int]], last_quarter: int) -> tuple[Cohort, ...]:
    """Cohorts from (quarter, age, loaded, used), each with an entry for every age that it has reached."""
    loaded: dict[int, int] = {}
    used: dict[tuple[int, int], int] = {}
    for quarter, age, loaded_minor, used_minor in moved:
        loaded[quarter] = loaded.get(quarter, 0) + loaded_minor
        used[quarter, age] = used.get((quarter, age), 0) + used_minor
    return tuple(
        Cohort(
            quarter, loaded[quarter], tuple(used.get((quarter, age), 0) for age in range(last_quarter - quarter + 1))
        )
        for quarter in sorted(loaded)
    )


def redemption_curve(cohorts: Sequence[Cohort], horizon: int) -> tuple[int, ...] | None:
    """Which share of what was loaded is spent by each age up to ``horizon`` quarters, in parts of a million.

    Each step is what cohorts that have lived through that age spent in it, in parts of what they had loaded. None where
    no cohort is so old: then nothing is known of how much is never spent.
    """
    curve: list[int] = []
    for age in range(horizon + 1):
        lived = [each for each in cohorts if len(each.used_minor) > age]
        loaded = sum(each.loaded_minor for each in lived)
        if loaded <= 0:
            return None
        step = max(0, sum(each.used_minor[age] for each in lived))
        before = curve[-1] if curve else 0
        curve.append(min(WHOLE, before + _up(step * WHOLE, loaded)))
    return tuple(curve)


def estimate(cohort: Cohort, curve: Sequence[int] | None) -> Estimate:
    """The estimate of one cohort; without a curve nothing is expected to remain."""
    used = max(0, cohort.all_used_minor)
    if curve is None or cohort.loaded_minor <= 0:
        return Estimate(cohort, cohort.loaded_minor, 0)
    expected = min(cohort.loaded_minor, max(used, _up(cohort.loaded_minor * curve[-1], WHOLE)))
    breakage = cohort.loaded_minor - expected
    return Estimate(cohort, expected, breakage * used // expected if expected else 0)


def quarter_name(quarter: int) -> str:
    """A quarter as it is read: ``2026-Q4``."""
    year, of_year = divmod(quarter, 4)
    return f"{year}-Q{of_year + 1}"


def _up(part: int, whole: int) -> int:
    return -(-part // whole)
