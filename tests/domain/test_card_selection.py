"""Which cards are meant: by ranges, by names, and part by part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from florin.domain.card_selection import (
    CardRange,
    card_name,
    count_cards,
    part_of,
    read_card_name,
    require_within,
    select,
)
from florin.domain.invalid_field import InvalidField

ranges = st.builds(
    lambda line, first, more: CardRange(line, first, first + more),
    st.integers(1, 3),
    st.integers(1, 30),
    st.integers(0, 12),
)


def cards(several: list[CardRange] | tuple[CardRange, ...]) -> list[tuple[int, int]]:
    return [(line, serial) for line, first, last in several for serial in range(first, last + 1)]


@given(st.lists(ranges, max_size=8))
def test_a_selection_has_each_named_card_once_and_in_order(several: list[CardRange]) -> None:
    selection = select(several)
    assert sorted(set(cards(several))) == cards(selection)
    assert len(set(cards(several))) == count_cards(selection)
    assert selection == select(selection)


@given(st.lists(ranges, max_size=8), st.integers(1, 9))
def test_the_parts_of_a_selection_are_the_whole(several: list[CardRange], most: int) -> None:
    selection = select(several)
    parts = [part_of(selection, begin, most) for begin in range(0, count_cards(selection), most)]
    assert cards(selection) == [card for part in parts for card in cards(part)]
    assert all(count_cards(part) <= most for part in parts)
    assert () == part_of(selection, count_cards(selection), most)


def test_touching_boxes_are_one() -> None:
    assert (CardRange(1, 1, 20),) == select([CardRange(1, 11, 20), CardRange(1, 1, 10)])
    assert (CardRange(1, 1, 9), CardRange(1, 11, 20)) == select([CardRange(1, 11, 20), CardRange(1, 1, 9)])


def test_a_card_is_named_by_line_and_serial_number() -> None:
    assert "2-000123" == card_name(2, 123)
    assert CardRange(2, 123, 123) == read_card_name("cards[0]", "2-000123") == read_card_name("cards[0]", "2-123")


@pytest.mark.parametrize(
    "text", ["", "2", "2-", "2-000000", "0-000001", "2-1-1", " 2-1", "2-1\n", "\uff12-1", "=2-1", "-2-1"]
)
def test_what_is_no_name_of_a_card_is_refused(text: str) -> None:
    with pytest.raises(InvalidField) as refused:
        read_card_name("cards[7]", text)
    assert "cards[7]" == refused.value.field


@pytest.mark.parametrize(
    "wrong", [CardRange(1, 0, 1), CardRange(1, 2, 1), CardRange(1, 10, 11), CardRange(2, 1, 1), CardRange(0, 1, 1)]
)
def test_a_range_beyond_a_line_is_refused_by_its_place(wrong: CardRange) -> None:
    require_within("ranges", [CardRange(1, 1, 10), CardRange(3, 5, 5)], {1: 10, 3: 5})
    with pytest.raises(InvalidField) as refused:
        require_within("ranges", [CardRange(1, 1, 10), wrong], {1: 10, 3: 5})
    assert "ranges[1]" == refused.value.field
