"""The proportional method: nothing is earned before it is known, and never more than is expected to remain."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from florin.domain.breakage import Cohort, cohorts_of, estimate, quarter_name, redemption_curve
from florin.domain.custody import CustodyPosition
from florin.domain.policy.cn import CN
from florin.domain.policy.pack import custody_on, return_on
from florin.domain.policy.unregulated import UNREGULATED
from florin.domain.programme import IssuerClass

DAY = date(2026, 11, 20)
OLD = Cohort(0, 1_000, (600, 200, 100))
YOUNG = Cohort(2, 500, (100,))


def test_the_curve_adds_up_what_cohorts_spent_at_each_age_that_they_lived_through() -> None:
    # 700 of 1,500 in the first quarter, then 200 and 100 of 1,000.
    assert (466_667, 666_667, 766_667) == redemption_curve([OLD, YOUNG], 2)


def test_breakage_is_earned_in_proportion_to_what_was_spent() -> None:
    curve = redemption_curve([OLD, YOUNG], 2)
    old, young = estimate(OLD, curve), estimate(YOUNG, curve)
    # 900 have been spent already, which is more than the curve's 767.
    assert (900, 100, 100, 0) == (old.expected_used_minor, old.breakage_minor, old.earned_minor, old.to_come_minor)
    # 384 of 500 are to be spent; 100 of them have been, so 100/384 of the other 116 is earned.
    assert (384, 116, 30, 86) == (
        young.expected_used_minor, young.breakage_minor, young.earned_minor, young.to_come_minor,
    )  # fmt: skip


def test_nothing_is_expected_to_remain_where_no_cohort_is_old_enough() -> None:
    assert redemption_curve([YOUNG], 2) is None
    unknown = estimate(YOUNG, None)
    assert (500, 0, 0) == (unknown.expected_used_minor, unknown.breakage_minor, unknown.earned_minor)


def test_cohorts_have_an_entry_for_every_age_that_they_have_reached() -> None:
    moved = [(5, 0, 300, 10), (5, 2, -50, 40), (7, 0, 80, 0)]
    assert (Cohort(5, 250, (10, 0, 40)), Cohort(7, 80, (0,))) == cohorts_of(moved, 7)
    assert ("2026-Q4", "2027-Q1") == (quarter_name(2026 * 4 + 3), quarter_name(2027 * 4))


SPENT = st.lists(st.integers(-100, 10**11), min_size=1, max_size=7)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 10**12), SPENT), max_size=7))
def test_whatever_was_spent_earned_and_to_come_are_the_breakage_and_never_below_nought(
    drawn: list[tuple[int, int, list[int]]],
) -> None:
    cohorts = [Cohort(quarter, max(loaded, sum(used), 0), tuple(used)) for quarter, loaded, used in drawn]
    curve = redemption_curve(cohorts, 3)
    for cohort in cohorts:
        found = estimate(cohort, curve)
        assert cohort.loaded_minor == found.expected_used_minor + found.earned_minor + found.to_come_minor
        assert min(found.breakage_minor, found.earned_minor, found.to_come_minor) >= 0
        assert found.expected_used_minor >= cohort.all_used_minor


@pytest.mark.parametrize(
    ("custody", "prepaid", "asked", "required", "ratio", "short"),
    [
        (399, 1_000, 4_000, 400, 3_990, True),
        (400, 1_000, 4_000, 400, 4_000, False),
        (401, 1_000, 4_000, 400, 4_010, False),
        (400, 1_001, 4_000, 401, 3_996, True),
        (0, 0, 4_000, 0, None, False),
        (-1, 0, 4_000, 0, None, True),
        (0, 1_000, None, 0, 0, False),
    ],
)
def test_custody_is_short_below_what_is_asked_for_and_not_at_it(
    custody: int,
    prepaid: int,
    asked: int | None,
    required: int,
    ratio: int | None,
    short: bool,  # noqa: FBT001
) -> None:
    position = CustodyPosition(custody, prepaid, asked)
    assert (required, ratio, short) == (position.required_minor, position.ratio_basis_points, position.is_short)
    assert max(0, required - custody) == position.short_minor


def test_the_law_asks_for_custody_by_the_class_of_the_issuer_and_for_a_report_a_quarter() -> None:
    asked = [custody_on(CN, each, DAY) for each in IssuerClass]
    assert [2_000, 3_000, 4_000] == [each.basis_points for each in asked if each is not None]
    due = return_on(CN, DAY)
    assert due is not None
    assert 25 == due.due_day
    assert (None, None) == (custody_on(UNREGULATED, IssuerClass.BRAND, DAY), return_on(UNREGULATED, DAY))
