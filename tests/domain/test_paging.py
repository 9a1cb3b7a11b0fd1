from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from florin.domain.invalid_field import InvalidField
from florin.domain.paging import Page, decode_id, decode_sequence, encode_cursor, page_of


@given(st.integers(min_value=0, max_value=2**63 - 1))
def test_a_number_comes_back_from_its_cursor(key: int) -> None:
    assert key == decode_sequence("statement", encode_cursor("statement", key))


@given(st.uuids())
def test_an_id_comes_back_from_its_cursor(key: UUID) -> None:
    assert key == decode_id("purchases", encode_cursor("purchases", key))


def test_a_cursor_is_safe_in_an_address() -> None:
    assert encode_cursor("purchases", UUID(int=2**128 - 1)).replace("_", "").replace("-", "").isalnum()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "=",
        "%%%",
        "\ud800",
        "12",
        encode_cursor("other", 5),
        encode_cursor("statement", 5)[:-2],
        encode_cursor("statement", 5) + "A",
        encode_cursor("statement", UUID(int=2**128 - 1)),
        encode_cursor("statement", -5),
        "A" * 100_000,
    ],
)
def test_what_is_no_cursor_of_the_list_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidField) as raised:
        decode_sequence("statement", cursor)
    assert "cursor" == raised.value.field


@given(st.text())
def test_any_text_is_a_cursor_or_refused(cursor: str) -> None:
    for decode in (decode_sequence, decode_id):
        with pytest.raises(InvalidField):
            decode("statement", cursor)


def test_a_sequence_that_no_database_number_reaches_is_refused() -> None:
    with pytest.raises(InvalidField):
        decode_sequence("statement", encode_cursor("statement", 2**63))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], Page((), None)),
        ([(3, "c")], Page(("c",), None)),
        ([(3, "c"), (2, "b")], Page(("c", "b"), None)),
        ([(3, "c"), (2, "b"), (1, "a")], Page(("c", "b"), 2)),
    ],
)
def test_a_page_says_where_the_next_begins_only_if_there_is_more(
    rows: list[tuple[int, str]], expected: Page[str, int]
) -> None:
    assert expected == page_of(rows, 2)
