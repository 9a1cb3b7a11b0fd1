"""A tier's part of a price, and of what is given back, is exact to the minor unit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from florin.domain.money import MAX_AMOUNT_MINOR
from florin.domain.personal_tier import WHOLE_PRICE, discount_given_back, paid_of, price_for

PRICES = st.integers(1, MAX_AMOUNT_MINOR)
BASIS_POINTS = st.integers(1, WHOLE_PRICE)


@pytest.mark.parametrize(
    ("price_minor", "basis_points", "paid_minor"),
    [
        (100_00, 10_000, 100_00),
        (100_00, 9_800, 98_00),
        (100_00, 9_500, 95_00),
        (100_00, 9_300, 93_00),
        (1, 9_800, 1),
        (49, 9_800, 49),
        (50, 9_800, 49),
        (99, 9_800, 98),
        (33_33, 9_300, 31_00),
    ],
)
def test_the_members_part_is_rounded_up(price_minor: int, basis_points: int, paid_minor: int) -> None:
    assert paid_minor == paid_of(price_minor, basis_points)


@given(PRICES, BASIS_POINTS)
def test_a_member_pays_something_and_never_more_than_the_price(price_minor: int, basis_points: int) -> None:
    assert 1 <= paid_of(price_minor, basis_points) <= price_minor


@given(PRICES, BASIS_POINTS)
def test_what_so_much_money_buys_costs_just_that_and_a_unit_more_costs_more(paid_minor: int, basis_points: int) -> None:
    price_minor = price_for(paid_minor, basis_points)
    assert paid_minor == paid_of(price_minor, basis_points)
    assert paid_minor < paid_of(price_minor + 1, basis_points)


@given(PRICES, BASIS_POINTS, st.lists(st.integers(1, MAX_AMOUNT_MINOR), max_size=20))
def test_refunds_in_any_parts_give_each_side_back_just_what_it_paid(
    price_minor: int, basis_points: int, parts: list[int]
) -> None:
    discount_minor = price_minor - paid_of(price_minor, basis_points)
    given_back_minor, to_programme_minor = 0, 0
    for part_minor in (*parts, price_minor):
        amount_minor = min(part_minor, price_minor - given_back_minor)
        if not amount_minor:
            break
        back_minor = discount_given_back(price_minor, discount_minor, given_back_minor, amount_minor)
        assert 0 <= back_minor <= amount_minor
        given_back_minor += amount_minor
        to_programme_minor += back_minor
        rest_minor = price_minor - given_back_minor
        # The member never gets back more than it has paid, and what it keeps costs at most the whole rest.
        assert 0 <= (price_minor - discount_minor) - (given_back_minor - to_programme_minor) <= rest_minor
    assert (price_minor, discount_minor) == (given_back_minor, to_programme_minor)
