"""The close of a day as it is shown."""

from datetime import date, datetime
from typing import Any

from florin.api.views import View
from florin.domain.asked_run import RunState
from florin.domain.day_close import CloseStep, StepState
from florin.storage.asked_runs import AskedRun


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


class AskedCloseView(View):
    """How it stands with the close that was asked for last; `code` says why it failed, the checklist what blocks."""

    state: RunState
    asked_by: str
    asked_at: datetime
    began_at: datetime | None
    code: str | None


class DayCloseView(ChecklistView):
    """The close of one business day, and, where somebody has asked for it, how far that is.

    `first_day_not_closed` is the first day up to this one whose close is not done: days are sealed in order.
    """

    first_day_not_closed: date | None
    asked: AskedCloseView | None


def asked_close_view(asked: AskedRun | None) -> AskedCloseView | None:
    """What was asked for as it stands."""
    if asked is None:
        return None
    return AskedCloseView(
        state=RunState(asked.state),
        asked_by=asked.asked_by.hex,
        asked_at=asked.asked_at,
        began_at=asked.began_at,
        code=asked.code,
    )
