"""The close of a day as it is shown."""

from datetime import date, datetime
from typing import Any

from florin.api.views import View
from florin.domain.day_close import CloseStep, StepState


class CloseStepView(View):
    """A step: what it has counted, what is in its way (`finding.blocking`), and what a person does about it."""

    step: CloseStep
    state: StepState
    began_at: datetime | None
    ended_at: datetime | None
    finding: dict[str, Any]
    to_do: str | None


class ChecklistView(View):
    """The close of one business day; `edition` is one more than how often it was reopened."""

    business_date: date
    edition: int
    state: StepState
    began_at: datetime | None
    ended_at: datetime | None
    steps: tuple[CloseStepView, ...]


class SealedDayView(View):
    """A day that was sealed just now."""

    business_date: date
    transfers: int
    seal: str


class DayCloseView(View):
    """The days that were closed and sealed now; fewer, or none, when an earlier close got so far already.

    `checklist` is that of the day at which the close stands; null when nothing was left to be done.
    """

    closed: list[date]
    sealed: list[SealedDayView]
    checklist: ChecklistView | None
