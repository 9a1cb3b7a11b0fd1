from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from florin.domain.low_balance import crossed

amounts = st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("before_minor", "after_minor", "expected"),
    [
        (5000, 2000, False),
        (5000, 1999, True),
        (2000, 1999, True),
        (1999, 1998, False),
        (2001, 2000, False),
        (5000, 0, True),
        (0, 0, False),
    ],
)
def test_a_crossing_goes_from_at_least_the_threshold_to_below_it(
    before_minor: int,
    after_minor: int,
    expected: bool,  # noqa: FBT001
) -> None:
    assert expected is crossed(before_minor, after_minor, 2000)


@given(st.lists(amounts, min_size=1), amounts)
def test_spending_down_crosses_at_most_once(balances: list[int], threshold_minor: int) -> None:
    falling = sorted(balances, reverse=True)
    crossings = sum(crossed(before, after, threshold_minor) for before, after in pairwise(falling))
    assert crossings == (1 if falling[0] >= threshold_minor > falling[-1] else 0)


def test_a_threshold_of_zero_never_fires() -> None:
    assert not crossed(100, 0, 0)
