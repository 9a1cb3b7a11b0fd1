from uuid import UUID

import pytest

from florin.domain.order_price import OrderPrice
from florin.domain.order_rules import WantedLine

PRODUCT = UUID(int=1)


def test_a_line_costs_as_much_as_its_cards() -> None:
    price = OrderPrice.of([WantedLine(PRODUCT, 100_00, 3), WantedLine(PRODUCT, 2_000_00, 1)], "silver", 9_500)
    assert OrderPrice("silver", 9_500, (95_00, 1_900_00), 2_300_00, 2_185_00) == price
    assert 115_00 == price.discount_minor


@pytest.mark.parametrize(
    ("face_minor", "basis_points", "expected_minor"),
    [(100, 9_300, 93), (101, 9_300, 94), (1, 9_300, 1), (1, 1, 1), (99, 10_000, 99), (10_000, 9_999, 9_999)],
)
def test_the_price_of_a_card_is_rounded_up_to_a_whole_fen(
    face_minor: int, basis_points: int, expected_minor: int
) -> None:
    price = OrderPrice.of([WantedLine(PRODUCT, face_minor, 1_000)], None, basis_points)
    assert (expected_minor,) == price.principals_minor
    assert 1_000 * expected_minor == price.price_minor


def test_an_empty_draft_costs_nothing() -> None:
    assert OrderPrice(None, 10_000, (), 0, 0) == OrderPrice.of([], None, 10_000)
