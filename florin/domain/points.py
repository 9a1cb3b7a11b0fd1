"""Points: what a member earns by paying, which days count double, and when a month or a year of them is over.

A member's points of a business day follow from what it spent on purchases of that day and has not got back since. So
a refund, however late, lowers what the day of its purchase has earned.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from operator import attrgetter
from typing import Final

from florin.domain.configuration_fields import require_between
from florin.domain.invalid_field import InvalidField
from florin.domain.money import MAX_AMOUNT_MINOR

MOST_REWARDS: Final = 20
MOST_POINTS: Final = 1_000_000_000
MOST_DOUBLE_DATES: Final = 366
_LAST_DAY_OF_A_MONTH: Final = 31


@dataclass(frozen=True, slots=True)
class Reward:
    """A voucher of ``face_minor`` (minor units) for ``points``; `InvalidField` for what no reward can be."""

    points: int
    face_minor: int

    def __post_init__(self) -> None:
        """Refuse what no reward can be."""
        require_between("points", self.points, 1, MOST_POINTS)
        require_between("face_minor", self.face_minor, 1, MAX_AMOUNT_MINOR)


@dataclass(frozen=True, slots=True)
class PointsRule:
    """One point for each whole ``minor_per_point`` spent on a day, two on a double-point day.

    Double are the days of every month in ``double_days`` (1 to 31) and the single ``double_dates``. With
    ``keep_from_points``, who earns fewer in a year loses all points at its end; without it nobody does.
    """

    minor_per_point: int
    double_days: tuple[int, ...] = ()
    double_dates: tuple[date, ...] = ()
    keep_from_points: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no rule can be: `InvalidField`."""
        require_between("minor_per_point", self.minor_per_point, 1, MAX_AMOUNT_MINOR)
        for day in self.double_days:
            require_between("double_days", day, 1, _LAST_DAY_OF_A_MONTH)
        if len(self.double_dates) > MOST_DOUBLE_DATES:
            raise InvalidField("double_dates", f"at most {MOST_DOUBLE_DATES}")
        for name in ("double_days", "double_dates"):
            if list(getattr(self, name)) != sorted(set(getattr(self, name))):
                raise InvalidField(name, "each once, in ascending order")
        if self.keep_from_points is not None:
            require_between("keep_from_points", self.keep_from_points, 1, MOST_POINTS)

    def points_for(self, spent_minor: int, on: date) -> int:
        """What a member that has spent so much on a business day earns for it."""
        doubled = on.day in self.double_days or on in self.double_dates
        return spent_minor // self.minor_per_point * (2 if doubled else 1)


def ladder_of_rewards(field: str, rewards: Iterable[Reward]) -> tuple[Reward, ...]:
    """Rewards in ascending order of their points.

    `InvalidField` when there are too many, when two cost the same, or when more points bring less.
    """
    ladder = tuple(sorted(rewards, key=attrgetter("points")))
    if len(ladder) > MOST_REWARDS:
        raise InvalidField(field, f"at most {MOST_REWARDS}")
    for lower, higher in pairwise(ladder):
        if lower.points == higher.points:
            raise InvalidField(field, "each number of points once")
        if lower.face_minor > higher.face_minor:
            raise InvalidField(field, "more points never bring less")
    return ladder


def reward_reached(rewards: Iterable[Reward], points: int) -> Reward | None:
    """The highest reward that so many points reach; None below the lowest."""
    reached = [each for each in rewards if each.points <= points]
    return max(reached, key=attrgetter("points"), default=None)


def stages(done_until: date, closed_until: date) -> list[date]:
    """The last days of the stretches in which the days after ``done_until`` up to ``closed_until`` are credited.

    No stretch reaches over the end of a month, so a month's reward and a year's reset see nothing of what follows.
    """
    ends = []
    while done_until < closed_until:
        done_until = min(end_of_month(done_until + timedelta(days=1)), closed_until)
        ends.append(done_until)
    return ends


def end_of_month(day: date) -> date:
    """The last day of the month that ``day`` lies in."""
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following - timedelta(days=1)
