"""Dormancy: how a card or wallet that nobody uses goes from normal to inactive to dormant, and how it wakes.

Nothing is taken from anybody by it. A stage is entered by one step at a time, each with a notice before it that is so
many days old by then: whatever the clock or an outage has done, nobody passes two steps in one run of the sweep.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final

from florin.domain.configuration_fields import require_between, require_choice
from florin.domain.programme import Programme

LONGEST_DAYS: Final = 36_500
LONGEST_NOTICE_DAYS: Final = 90


class DormancyStage(StrEnum):
    """How long a card or wallet has lain unused."""

    NORMAL = auto()
    INACTIVE = auto()
    DORMANT = auto()


class DormancyReason(StrEnum):
    """By which rule of the programme it counts as unused."""

    UNUSED = auto()
    LOW_BALANCE = auto()


class Ending(StrEnum):
    """What may become of a dormant balance, if anything; none unless the programme's terms and its law say so."""

    NONE = auto()
    LAPSE = auto()  # into the programme's lapsed balances, from where it is restored when the holder comes back
    ESCHEAT = auto()  # to the state, as unclaimed property


FOLLOWING: Final[Mapping[DormancyStage, DormancyStage]] = MappingProxyType(
    {DormancyStage.NORMAL: DormancyStage.INACTIVE, DormancyStage.INACTIVE: DormancyStage.DORMANT}
)
"""Each stage with the one that comes after it; nothing comes after dormant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DormancyTerms:
    """What a programme adds to its days without activity; days, all of them.

    ``low_balance_days`` is for balances below the programme's low-balance threshold, ``dormant_days`` how long an
    inactive one stays so, ``notice_days`` how old a notice is when its stage comes, ``new_days`` how long a member
    counts as new. None: as many as the programme's days without activity. ``ending_days`` are counted from dormant on.
    """

    low_balance_days: int | None = None
    dormant_days: int | None = None
    notice_days: int = 7
    new_days: int = 30
    ending: Ending = Ending.NONE
    ending_days: int = 730

    def __post_init__(self) -> None:
        """Refuse terms that no programme can have: `InvalidField`."""
        for field in ("low_balance_days", "dormant_days"):
            days = getattr(self, field)
            if days is not None:
                require_between(field, days, 1, LONGEST_DAYS)
        require_between("notice_days", self.notice_days, 1, LONGEST_NOTICE_DAYS)
        require_between("new_days", self.new_days, 1, LONGEST_DAYS)
        require_between("ending_days", self.ending_days, 1, LONGEST_DAYS)
        require_choice("ending", self.ending, Ending)


@dataclass(frozen=True, slots=True)
class DormancyRules:
    """The rules of a programme in full; lengths of time, and the low balance in minor units (below it, not at it)."""

    unused: timedelta
    low_balance: timedelta
    low_balance_minor: int
    inactive: timedelta
    notice: timedelta

    @property
    def earliest_notice(self) -> timedelta:
        """After so long without activity an owner may have to be told; before, nobody has."""
        return min(self.unused, self.low_balance) - self.notice


def rules_of(programme: Programme, terms: DormancyTerms) -> DormancyRules:
    """The rules that a programme and its terms make."""
    unused = timedelta(days=programme.dormancy_days)
    low_balance = timedelta(days=terms.low_balance_days or programme.dormancy_days)
    inactive = timedelta(days=terms.dormant_days or programme.dormancy_days)
    # A notice of a month in a programme of a fortnight would be due on the day of the last purchase.
    notice = min(timedelta(days=terms.notice_days), min(unused, low_balance, inactive) // 2)
    return DormancyRules(unused, low_balance, programme.low_balance_threshold_minor, inactive, notice)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an owner stands that is past its first notice; of any other nothing is written.

    ``warned_at`` is when it was told of the stage to come, None when it has not been.
    """

    stage: DormancyStage
    since: datetime
    warned_at: datetime | None


@dataclass(frozen=True, slots=True)
class Idleness:
    """What the book says of an owner. ``is_back``: there has been activity since its standing was written."""

    last_activity_at: datetime
    balance_minor: int
    is_in_use: bool
    has_holds: bool
    standing: Standing | None
    is_back: bool


class Step(StrEnum):
    """What a sweep does about an owner: one of these, or nothing."""

    FORGET = auto()  # closed, redeemed or void: there is nothing to be dormant
    WAKE = auto()
    CORRECT = auto()  # written while a clock ran ahead: its time is counted from now
    WARN = auto()
    ADVANCE = auto()


def reason_of(owner: Idleness, rules: DormancyRules) -> DormancyReason:
    """By which rule an owner becomes inactive first."""
    is_low = owner.balance_minor < rules.low_balance_minor and rules.low_balance <= rules.unused
    return DormancyReason.LOW_BALANCE if is_low else DormancyReason.UNUSED


def next_step(owner: Idleness, rules: DormancyRules, now: datetime) -> Step | None:
    """The one step that is due for an owner at ``now``, if any."""
    standing = owner.standing
    if standing is None:
        return _step_on(owner, rules, Standing(DormancyStage.NORMAL, now, None), now) if owner.is_in_use else None
    if not owner.is_in_use:
        return Step.FORGET
    if owner.is_back:
        return Step.WAKE
    if standing.since > now or (standing.warned_at is not None and standing.warned_at > now):
        return Step.CORRECT
    return _step_on(owner, rules, standing, now)


def _step_on(owner: Idleness, rules: DormancyRules, standing: Standing, now: datetime) -> Step | None:
    """To the stage that follows, or to the notice before it. What a hold keeps is about to be spent: nothing is due."""
    if standing.stage not in FOLLOWING or owner.has_holds:
        return None
    due_at = _due_at(owner, rules, standing)
    if standing.warned_at is None:
        return Step.WARN if now >= due_at - rules.notice else None
    return Step.ADVANCE if now >= max(due_at, standing.warned_at + rules.notice) else None


def _due_at(owner: Idleness, rules: DormancyRules, standing: Standing) -> datetime:
    if standing.stage is DormancyStage.INACTIVE:
        return standing.since + rules.inactive
    is_low = owner.balance_minor < rules.low_balance_minor
    return owner.last_activity_at + (min(rules.unused, rules.low_balance) if is_low else rules.unused)


def standing_after(standing: Standing | None, step: Step, now: datetime) -> Standing | None:
    """Where the owner stands after a step; None when nothing is written of it any more."""
    if step in (Step.FORGET, Step.WAKE):
        return None
    if standing is None:
        return Standing(DormancyStage.NORMAL, now, now)
    match step:
        case Step.WARN:
            return replace(standing, warned_at=now)
        case Step.ADVANCE:
            return Standing(FOLLOWING[standing.stage], now, None)
        case _:
            warned_at = None if standing.warned_at is None else min(standing.warned_at, now)
            return replace(standing, since=min(standing.since, now), warned_at=warned_at)
