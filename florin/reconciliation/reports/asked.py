"""What is asked of a report, and what kinds of span reports have."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto
from typing import Any, Final

from florin.domain.invalid_field import InvalidField
from florin.domain.programme import Programme
from florin.domain.quarter import quarter_of
from florin.domain.report import Report
from florin.storage.connect import Connection

FIRST_DAY: Final = date(1970, 1, 1)
LAST_DAY: Final = date(9998, 12, 31)
"""No book has days before or after, and what is counted from these does not leave the calendar."""


class Span(StrEnum):
    """Which days a report is about."""

    DAY = auto()  # how things stood at the end of one
    DAYS = auto()  # what happened from one through another
    QUARTER = auto()  # the calendar's, in which the last day lies


class ReportName(StrEnum):
    """The names of the reports, as programs ask for them."""

    TRIAL_BALANCE = auto()
    LIABILITY_ROLL_FORWARD = auto()
    OUTSTANDING = auto()
    CUSTODY_RATIO = auto()
    QUARTERLY_RETURN = auto()
    MERCHANT_AGEING = auto()
    BREAK_AGEING = auto()
    BREAKAGE_ESTIMATE = auto()


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which programme, and about which business days: both ends count, and without ``since`` all from the first."""

    programme: Programme
    through: date
    since: date | None = None

    @property
    def unit(self) -> str:
        """The programme's currency."""
        return self.programme.unit

    def heads(self) -> dict[str, Any]:
        """What every report says of itself alike."""
        return {
            "programme": f"{self.programme.name} ({self.programme.code})",
            "currency": self.unit,
            "since": self.since,
            "through": self.through,
        }


def asked_days(programme: Programme, since: date | None, through: date) -> Asked:
    """Some business days of a programme; `InvalidField` for days that no book has, or in the wrong order."""
    for name, day in (("since", since), ("through", through)):
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise InvalidField(name, f"a day from {FIRST_DAY} through {LAST_DAY}")
    if since is not None and since > through:
        raise InvalidField("since", "not after the last day")
    return Asked(programme, through, since)


@dataclass(frozen=True, slots=True)
class ReportKind:
    """A report that can be asked for; ``each_day``: it is kept with every close."""

    name: ReportName
    chinese: str
    says: str
    span: Span
    read: Callable[[Connection, Asked], Awaitable[Report]]
    each_day: bool = False

    def asked(self, programme: Programme, since: date | None, through: date) -> Asked:
        """The question in this report's own span; `InvalidField` for one that it does not have."""
        match self.span:
            case Span.DAY if since is not None:
                raise InvalidField("since", "this report tells how things stood at the end of one day")
            case Span.QUARTER if since is not None:
                raise InvalidField("since", "this report is about the quarter in which the last day lies")
            case Span.QUARTER:
                asked = asked_days(programme, None, through)
                first, last = quarter_of(asked.through)
                return Asked(programme, last, first)
            case _:
                return asked_days(programme, since, through)
