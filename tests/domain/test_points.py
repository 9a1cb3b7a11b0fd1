from datetime import date

import pytest

from florin.domain.invalid_field import InvalidField
from florin.domain.points import PointsRule, Reward, end_of_month, ladder_of_rewards, reward_reached, stages

RULE = PointsRule(100, (8, 18), (date(2026, 3, 3),))
LADDER = (Reward(1_000, 10_00), Reward(2_000, 25_00), Reward(3_000, 40_00))


@pytest.mark.parametrize(
    ("spent_minor", "on", "points"),
    [
        (0, date(2026, 3, 2), 0),
        (99, date(2026, 3, 2), 0),
        (100, date(2026, 3, 2), 1),
        (123_99, date(2026, 3, 2), 123),
        (123_99, date(2026, 3, 3), 246),
        (123_99, date(2026, 4, 3), 123),
        (123_99, date(2026, 4, 8), 246),
        (99, date(2026, 4, 18), 0),
    ],
)
def test_a_point_is_earned_for_each_whole_yuan_and_two_on_a_double_day(spent_minor: int, on: date, points: int) -> None:
    assert points == RULE.points_for(spent_minor, on)


@pytest.mark.parametrize(
    ("points", "reward"), [(999, None), (1_000, LADDER[0]), (1_999, LADDER[0]), (2_000, LADDER[1]), (9_999, LADDER[2])]
)
def test_the_highest_reward_that_is_reached_counts(points: int, reward: Reward | None) -> None:
    assert reward == reward_reached(LADDER, points)


@pytest.mark.parametrize(
    ("done", "closed", "ends"),
    [
        (date(2026, 3, 2), date(2026, 3, 2), []),
        (date(2026, 3, 3), date(2026, 3, 2), []),
        (date(2026, 3, 2), date(2026, 3, 3), [date(2026, 3, 3)]),
        (date(2026, 3, 31), date(2026, 4, 1), [date(2026, 4, 1)]),
        (date(2026, 11, 29), date(2027, 1, 2), [date(2026, 11, 30), date(2026, 12, 31), date(2027, 1, 2)]),
    ],
)
def test_no_stretch_of_days_reaches_over_the_end_of_a_month(done: date, closed: date, ends: list[date]) -> None:
    assert ends == stages(done, closed)


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 2, 1), date(2026, 2, 28)),
        (date(2028, 2, 29), date(2028, 2, 29)),
        (date(2026, 12, 1), date(2026, 12, 31)),
        (date(2026, 11, 30), date(2026, 11, 30)),
    ],
)
def test_a_month_ends_on_its_last_day(day: date, end: date) -> None:
    assert end == end_of_month(day)


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"minor_per_point": 0}, "minor_per_point"),
        ({"minor_per_point": 100, "double_days": (0,)}, "double_days"),
        ({"minor_per_point": 100, "double_days": (32,)}, "double_days"),
        ({"minor_per_point": 100, "double_days": (8, 8)}, "double_days"),
        ({"minor_per_point": 100, "double_dates": (date(2026, 3, 3), date(2026, 3, 2))}, "double_dates"),
        ({"minor_per_point": 100, "keep_from_points": 0}, "keep_from_points"),
    ],
)
def test_what_no_rule_can_be_is_refused_by_its_field(rule: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidField) as refused:
        PointsRule(**rule)  # type: ignore[arg-type]
    assert field == refused.value.field


@pytest.mark.parametrize(
    "rewards", [(LADDER[0], Reward(1_000, 20_00)), (LADDER[1], Reward(3_000, 20_00)), (LADDER[0],) * 21]
)
def test_what_is_no_ladder_of_rewards_is_refused(rewards: tuple[Reward, ...]) -> None:
    with pytest.raises(InvalidField):
        ladder_of_rewards("monthly", rewards)
