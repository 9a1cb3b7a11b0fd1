"""The rules of the close's checklist: what is gone through again, what waits for what, and when a file is due."""

from datetime import date

import pytest

from florin.domain.bank_calendar import CHINA, BankCalendar
from florin.domain.day_close import (
    NEEDS,
    CloseStep,
    DayCloseTerms,
    StepRow,
    StepState,
    due_on,
    is_looked_at,
    lacking,
    state_of,
)
from florin.domain.invalid_field import InvalidField

DONE, WAITING, RUNNING = StepState.DONE, StepState.WAITING, StepState.RUNNING
BLOCKED, FAILED = StepState.BLOCKED, StepState.FAILED


@pytest.mark.parametrize(
    ("step", "present", "is_sealed", "expected"),
    [
        (CloseStep.CUT_OFF, WAITING, False, True),
        (CloseStep.CUT_OFF, RUNNING, False, True),
        (CloseStep.CUT_OFF, DONE, False, False),
        (CloseStep.PROOFS, DONE, False, True),
        (CloseStep.PROOFS, BLOCKED, False, True),
        (CloseStep.PROOFS, DONE, True, False),
        (CloseStep.BREAKS, FAILED, False, True),
        (CloseStep.SEAL, RUNNING, False, True),
        (CloseStep.SEAL, DONE, True, False),
        (CloseStep.REPORTS, RUNNING, True, True),
        (CloseStep.REPORTS, DONE, True, False),
    ],
)
def test_what_may_have_changed_is_looked_at_again_until_there_is_a_seal(
    step: CloseStep, present: StepState, *, is_sealed: bool, expected: bool
) -> None:
    assert expected is is_looked_at(step, present, is_sealed=is_sealed)


def test_a_step_needs_only_steps_before_it_and_the_seal_all_of_them() -> None:
    order = list(CloseStep)
    assert all(order.index(each) < order.index(step) for step in CloseStep for each in NEEDS[step])
    assert set(order[: order.index(CloseStep.SEAL)]) == NEEDS[CloseStep.SEAL]


def test_what_is_in_the_way_stops_only_what_follows_from_it() -> None:
    states = dict.fromkeys(CloseStep, DONE) | {CloseStep.FILES: WAITING}
    assert [CloseStep.FILES] == lacking(CloseStep.SEAL, states)
    assert [] == lacking(CloseStep.STATEMENTS, states)
    assert [CloseStep.PROOFS] == lacking(CloseStep.MATCHING, {CloseStep.PROOFS: BLOCKED})


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([DONE, DONE], DONE),
        ([DONE, WAITING], WAITING),
        ([DONE, RUNNING, WAITING], RUNNING),
        ([BLOCKED, RUNNING], BLOCKED),
        ([BLOCKED, FAILED, DONE], FAILED),
    ],
)
def test_a_close_stands_where_its_worst_step_does(states: list[StepState], expected: StepState) -> None:
    assert expected is state_of(states)


FRIDAY, SATURDAY, MONDAY, TUESDAY = (date(2026, 11, day) for day in (20, 21, 23, 24))


@pytest.mark.parametrize(
    ("day", "lag_days", "is_bank", "expected"),
    [
        (FRIDAY, 0, False, MONDAY),
        (FRIDAY, 1, True, MONDAY),
        (FRIDAY, 2, False, TUESDAY),
        (SATURDAY, 1, False, MONDAY),
        (SATURDAY, 1, True, TUESDAY),
        (date(2026, 9, 30), 1, False, date(2026, 10, 8)),
    ],
)
def test_a_file_is_due_by_its_lag_in_banking_days(day: date, lag_days: int, *, is_bank: bool, expected: date) -> None:
    assert expected == due_on(day, lag_days, BankCalendar(CHINA[2026]), is_bank=is_bank)


@pytest.mark.parametrize(
    ("row", "is_told"),
    [
        (StepRow(CloseStep.PROOFS, BLOCKED), True),
        (StepRow(CloseStep.FILES, BLOCKED), True),
        (StepRow(CloseStep.FILES, WAITING, finding={"blocking": ["icbc: due by 2026-11-23"]}), True),
        (StepRow(CloseStep.BREAKS, BLOCKED), True),
        (StepRow(CloseStep.SEAL, FAILED), True),
        (StepRow(CloseStep.SEAL, WAITING), False),
        (StepRow(CloseStep.SEAL, DONE), False),
    ],
)
def test_whatever_is_in_the_way_says_what_to_do(row: StepRow, *, is_told: bool) -> None:
    assert is_told is (row.to_do is not None)


@pytest.mark.parametrize(
    "wrong", [{"minutes_after_cut_off": 1440}, {"break_limit_minor": -1}, {"break_limit_days": 367}]
)
def test_terms_that_cannot_be_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InvalidField):
        DayCloseTerms(**wrong)  # type: ignore[arg-type]  # any of its fields
