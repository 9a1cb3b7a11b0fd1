from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest

from florin.domain.dormancy import (
    DormancyReason,
    DormancyRules,
    DormancyStage,
    DormancyTerms,
    Ending,
    Idleness,
    Standing,
    Step,
    next_step,
    reason_of,
    rules_of,
    standing_after,
)
from florin.domain.invalid_field import InvalidField
from florin.domain.lots import SpendOrder
from florin.domain.policy.catalogue import PackName
from florin.domain.policy.dormant_balances import require_permitted
from florin.domain.programme import Programme

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
DAY = timedelta(days=1)
RULES = DormancyRules(30 * DAY, 20 * DAY, 20_00, 60 * DAY, 7 * DAY)
INACTIVE, DORMANT, NORMAL = DormancyStage.INACTIVE, DormancyStage.DORMANT, DormancyStage.NORMAL
A_LOT, LITTLE = 20_00, 19_99


def idle(
    days: float,
    standing: Standing | None = None,
    *,
    balance_minor: int = A_LOT,
    is_in_use: bool = True,
    has_holds: bool = False,
    is_back: bool = False,
) -> Idleness:
    return Idleness(NOW - days * DAY, balance_minor, is_in_use, has_holds, standing, is_back)


def programme_of(dormancy_days: int, low_balance_threshold_minor: int) -> Programme:
    return Programme(
        UUID(int=1), "home", "Home", "CNY", "Asia/Shanghai", time(), "912345", "cn", low_balance_threshold_minor, 120,
        600, 60, dormancy_days, SpendOrder.BONUS_FIRST,
    )  # fmt: skip


def warned(days: float) -> Standing:
    """Told of the coming inactivity so long ago."""
    return Standing(NORMAL, NOW - days * DAY, NOW - days * DAY)


def inactive(days: float, warned_days: float | None = None) -> Standing:
    return Standing(INACTIVE, NOW - days * DAY, None if warned_days is None else NOW - warned_days * DAY)


JUST = timedelta(seconds=1) / DAY


@pytest.mark.parametrize(
    ("owner", "expected"),
    [
        (idle(23 - JUST), None),
        (idle(23), Step.WARN),
        (idle(13 - JUST, balance_minor=LITTLE), None),
        (idle(13, balance_minor=LITTLE), Step.WARN),
        (idle(5 * 365), Step.WARN),
        (idle(30, warned(7 - JUST)), None),
        (idle(30, warned(7)), Step.ADVANCE),
        (idle(30 - JUST, warned(8)), None),
        (idle(5 * 365, warned(6)), None),
        (idle(83, inactive(53 - JUST)), None),
        (idle(83, inactive(53)), Step.WARN),
        (idle(90, inactive(60, 7)), Step.ADVANCE),
        (idle(90, inactive(60, 7 - JUST)), None),
        (idle(90, inactive(60 - JUST, 7)), None),
        (idle(5 * 365, inactive(0)), None),
        (idle(5 * 365, Standing(DORMANT, NOW - 3 * 365 * DAY, None)), None),
        (idle(40, has_holds=True), None),
        (idle(40, warned(10), has_holds=True), None),
        (idle(0, warned(1), is_back=True), Step.WAKE),
        (idle(0, Standing(DORMANT, NOW, None), is_back=True), Step.WAKE),
        # A clock that ran ahead has written a stage of the future: what has come since wakes all the same.
        (idle(0, Standing(DORMANT, NOW + 5 * 365 * DAY, None), is_back=True), Step.WAKE),
        (idle(40, warned(-5 * 365)), Step.CORRECT),
        (idle(40, inactive(-1)), Step.CORRECT),
        (idle(-365), None),
        (idle(400, is_in_use=False), None),
        (idle(400, warned(1), is_in_use=False), Step.FORGET),
    ],
)
def test_the_step_that_is_due(owner: Idleness, expected: Step | None) -> None:
    assert expected == next_step(owner, RULES, NOW)


@pytest.mark.parametrize(
    ("standing", "step", "expected"),
    [
        (None, Step.WARN, Standing(NORMAL, NOW, NOW)),
        (warned(7), Step.ADVANCE, Standing(INACTIVE, NOW, None)),
        (inactive(60), Step.WARN, inactive(60, 0)),
        (inactive(60, 7), Step.ADVANCE, Standing(DORMANT, NOW, None)),
        (inactive(60, 7), Step.WAKE, None),
        (inactive(60, 7), Step.FORGET, None),
        (inactive(-9, 7), Step.CORRECT, inactive(0, 7)),
        (inactive(60, -9), Step.CORRECT, inactive(60, 0)),
        (inactive(-9), Step.CORRECT, inactive(0)),
    ],
)
def test_where_a_step_leads(standing: Standing | None, step: Step, expected: Standing | None) -> None:
    assert expected == standing_after(standing, step, NOW)


def test_however_long_nobody_looks_each_run_takes_one_step_and_each_stage_has_its_notice_first() -> None:
    now, standing, seen = NOW + 5 * 365 * DAY, None, []
    for _ in range(400):
        step = next_step(
            Idleness(NOW, A_LOT, is_in_use=True, has_holds=False, standing=standing, is_back=False), RULES, now
        )
        if step is not None:
            standing = standing_after(standing, step, now)
            seen.append((step, now - NOW - 5 * 365 * DAY))
        now += DAY
    assert [(Step.WARN, 0 * DAY), (Step.ADVANCE, 7 * DAY), (Step.WARN, 60 * DAY), (Step.ADVANCE, 67 * DAY)] == seen


def test_the_reason_is_the_rule_that_comes_first() -> None:
    assert DormancyReason.LOW_BALANCE == reason_of(idle(20, balance_minor=LITTLE), RULES)
    assert DormancyReason.UNUSED == reason_of(idle(30), RULES)


def test_without_terms_of_its_own_a_programme_goes_by_its_days_without_activity() -> None:
    programme = programme_of(dormancy_days=30, low_balance_threshold_minor=20_00)
    expected = DormancyRules(30 * DAY, 30 * DAY, 20_00, 30 * DAY, 7 * DAY)
    assert expected == rules_of(programme, DormancyTerms())


def test_a_notice_is_never_older_than_half_of_what_it_warns_of() -> None:
    programme = programme_of(dormancy_days=4, low_balance_threshold_minor=0)
    assert 2 * DAY == rules_of(programme, DormancyTerms(notice_days=30)).notice


def test_by_default_no_balance_ends() -> None:
    assert Ending.NONE == DormancyTerms().ending


@pytest.mark.parametrize(
    ("field", "value"),
    [("low_balance_days", 0), ("dormant_days", 36_501), ("notice_days", 0), ("notice_days", 91), ("new_days", 0),
     ("ending", "keep"), ("ending_days", 0)],
)  # fmt: skip
def test_terms_that_no_programme_can_have(field: str, value: object) -> None:
    with pytest.raises(InvalidField, match=field):
        DormancyTerms(**{field: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(("pack", "ending"), [(PackName.CN, Ending.LAPSE), (PackName.CN, Ending.ESCHEAT)])
def test_no_balance_ends_where_the_law_does_not_permit_it(pack: PackName, ending: Ending) -> None:
    require_permitted(DormancyTerms(), pack)
    require_permitted(DormancyTerms(ending=ending), PackName.NONE)
    with pytest.raises(InvalidField, match="ending"):
        require_permitted(DormancyTerms(ending=ending), pack)
