"""The close of the day as a checklist: its steps in order, what each needs, and what may be gone through again.

A step that is over for good is never done twice. The others are looked at anew whenever somebody goes through the list
before the day is sealed, because what they have found may not be so any more: a file has come, a break was explained, a
row was changed. What is found wrong stops only what follows from it, so that one look shows all that stands in the way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from florin.domain.bank_calendar import BankCalendar
from florin.domain.configuration_fields import require_between
from florin.domain.money import MAX_AMOUNT_MINOR


class CloseStep(StrEnum):
    """A step of the close, in the order in which they are gone through."""

    CUT_OFF = auto()  # nothing is posted to the day any more
    HOLDS = auto()  # holds that have run out are ended
    PROOFS = auto()  # the book proves itself
    FILES = auto()  # what banks and providers say of the day is there
    MATCHING = auto()  # our book is compared with theirs
    BREAKS = auto()  # what differs is within the programme's limits
    STATEMENTS = auto()  # merchants' statements are drawn up
    SEAL = auto()  # the day is hashed, for good
    REPORTS = auto()  # the reports of the day are archived


class StepState(StrEnum):
    """Where a step stands."""

    WAITING = auto()  # for its turn, or for what is not due yet
    RUNNING = auto()  # somebody is at it, or was killed while at it
    DONE = auto()
    BLOCKED = auto()  # somebody must do something first
    FAILED = auto()  # it broke off; nobody foresaw this


_S: Final = CloseStep

NEEDS: Final[Mapping[CloseStep, frozenset[CloseStep]]] = MappingProxyType(
    {
        _S.CUT_OFF: frozenset(),
        _S.HOLDS: frozenset({_S.CUT_OFF}),
        _S.PROOFS: frozenset({_S.CUT_OFF}),
        _S.FILES: frozenset({_S.CUT_OFF}),
        # Nothing is drawn up from, or compared with, a book that does not prove itself.
        _S.MATCHING: frozenset({_S.PROOFS}),
        _S.BREAKS: frozenset({_S.MATCHING}),
        _S.STATEMENTS: frozenset({_S.PROOFS}),
        _S.SEAL: frozenset(CloseStep) - {_S.SEAL, _S.REPORTS},
        _S.REPORTS: frozenset({_S.SEAL}),
    }
)
"""What must be done before each step."""

FOR_GOOD: Final = frozenset({_S.CUT_OFF, _S.SEAL, _S.REPORTS})
"""What is never done twice; before the seal everything else is."""

FULL_PROOFS_EVERY: Final = timedelta(days=7)
"""How old the last full proof may be for a close to be content with what came since: a change of a day that was sealed
long ago is found within a week, and on demand."""

TRY_AGAIN_AFTER: Final = timedelta(minutes=30)
"""How long a close that waits is left alone before the service goes through it again by itself."""

LONGEST_BREAK_DAYS: Final = 366
LATEST_MINUTE: Final = 24 * 60 - 1


@dataclass(frozen=True, slots=True)
class StepRow:
    """What became of a step: ``finding`` holds what it has counted, and under ``blocking`` what stands in its way."""

    step: CloseStep
    state: StepState = StepState.WAITING
    began_at: datetime | None = None
    ended_at: datetime | None = None
    finding: Mapping[str, Any] = field(default_factory=dict)

    @property
    def to_do(self) -> str | None:
        """What a person does about it; None where nothing is to be done."""
        match self.state:
            case StepState.BLOCKED:
                return _TO_DO[self.step]
            case StepState.FAILED:
                return "Close the day again; if it fails again, the log of the service says why."
            case StepState.WAITING if self.finding.get("blocking"):
                return "Nothing yet: it is not due. The close goes on when it has come."
            case _:
                return None


@dataclass(frozen=True, slots=True)
class Checklist:
    """The close of one business day; ``edition`` is one more than how often it was reopened."""

    programme_id: UUID
    business_date: date
    edition: int
    began_at: datetime | None
    ended_at: datetime | None
    steps: tuple[StepRow, ...]

    @property
    def state(self) -> StepState:
        """Where the whole stands."""
        return state_of([each.state for each in self.steps])

    def step(self, wanted: CloseStep) -> StepRow:
        """One of its steps."""
        return next(each for each in self.steps if each.step is wanted)


@dataclass(frozen=True, slots=True)
class DayCloseTerms:
    """When a programme closes its days by itself, and which open breaks are within limits: minor units, banking days.

    ``minutes_after_cut_off`` is how long after the end of a day its close begins.
    """

    closes_itself: bool = False
    minutes_after_cut_off: int = 0
    break_limit_minor: int | None = None
    break_limit_days: int | None = None

    def __post_init__(self) -> None:
        """Refuse terms that no programme can have: `InvalidField`."""
        require_between("minutes_after_cut_off", self.minutes_after_cut_off, 0, LATEST_MINUTE)
        if self.break_limit_minor is not None:
            require_between("break_limit_minor", self.break_limit_minor, 0, MAX_AMOUNT_MINOR)
        if self.break_limit_days is not None:
            require_between("break_limit_days", self.break_limit_days, 0, LONGEST_BREAK_DAYS)


def state_of(states: Sequence[StepState]) -> StepState:
    """Where a close stands whose steps stand there: the worst that somebody must know of."""
    for state in (StepState.FAILED, StepState.BLOCKED, StepState.RUNNING):
        if state in states:
            return state
    return StepState.DONE if all(each is StepState.DONE for each in states) else StepState.WAITING


def is_looked_at(step: CloseStep, present: StepState, *, is_sealed: bool) -> bool:
    """Whether a step is gone through now: not what is done for good, and once there is a seal nothing before it."""
    if step is CloseStep.REPORTS or present is not StepState.DONE:
        return present is not StepState.DONE
    return not is_sealed and step not in FOR_GOOD


def lacking(step: CloseStep, states: Mapping[CloseStep, StepState]) -> list[CloseStep]:
    """Which steps must be done first and are not, in order."""
    return [each for each in CloseStep if each in NEEDS[step] and states.get(each) is not StepState.DONE]


def due_on(business_date: date, lag_days: int, calendar: BankCalendar, *, is_bank: bool) -> date:
    """The banking day by whose end the file of a business day should have come.

    A day's file comes after the day, so also who is never late has until the next banking day. A bank tells of a day on
    which it does not work with its next working day.
    """
    told_of = calendar.at_or_after(business_date) if is_bank else business_date
    return calendar.after(told_of, max(lag_days, 1))


_TO_DO: Final[Mapping[CloseStep, str]] = MappingProxyType(
    {
        CloseStep.PROOFS: "A row of the book was changed: see `A proof has a finding` in the runbook. Correct no row.",
        CloseStep.FILES: "Get the file and take it in, or go on without it on record: it becomes a break.",
        CloseStep.BREAKS: "Work on the oldest and largest breaks until they are within the limits, then close again.",
    }
)
