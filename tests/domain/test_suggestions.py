"""Sums and slips of the pen that a person might look at: bounded, and never of what is too short."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from florin.domain.suggestions import MOST_CANDIDATES, MOST_PARTS, MOST_SUMS, is_nearly, sums_to


@pytest.mark.parametrize(
    ("target_minor", "amounts", "expected"),
    [
        (100_00, [100_00], [(0,)]),
        (100_00, [60_00, 30_00, 40_00, 70_00], [(0, 2), (1, 3)]),
        (6, [1, 2, 3, 6], [(3,), (0, 1, 2)]),
        (10, [1, 2, 3, 4], [(0, 1, 2, 3)]),
        (15, [1, 2, 3, 4, 5], []),
        (5, [5, 5], [(0,), (1,)]),
        (7, [], []),
    ],
    ids=["itself", "pairs", "fewest first", "four", "never five", "equal ones", "nothing"],
)
def test_sums_are_found_fewest_parts_first(
    target_minor: int, amounts: list[int], expected: list[tuple[int, ...]]
) -> None:
    assert expected == sums_to(target_minor, amounts)


@given(st.integers(1, 60), st.lists(st.integers(1, 30), max_size=MOST_CANDIDATES))
def test_every_sum_is_one_and_uses_nothing_twice(target_minor: int, amounts: list[int]) -> None:
    found = sums_to(target_minor, amounts)
    assert len(found) <= MOST_SUMS
    for places in found:
        assert (target_minor, True) == (sum(amounts[place] for place in places), len(places) <= MOST_PARTS)
        assert len(places) == len(set(places))


def test_more_candidates_than_are_tried_are_refused() -> None:
    with pytest.raises(ValueError, match="more than 40"):
        sums_to(1, [1] * (MOST_CANDIDATES + 1))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("K7M2Q9X4", "K7M2Q9X5", True),
        ("K7M2Q9X4", "K7M2Q9X", True),
        ("k7m2q9x5", "K7M2Q9X4", True),
        ("K7M2Q9X4", "K7M2Q95X", False),
        ("2026-11-20-0003", "2026-11-20-0012", True),
        ("K7M2Q9X4", "K7M2Q9X4", False),
        ("A1234", "A1235", False),
        ("", "A1", False),
        (None, "K7M2Q9X4", False),
    ],
    ids=["another", "one less", "small letters", "two", "two of many", "the same", "too short", "empty", "none"],
)
def test_references_are_nearly_the_same_by_a_slip_or_two(one: str | None, other: str | None, expected: bool) -> None:  # noqa: FBT001 (a row of the table)
    assert expected == is_nearly(one, other)
