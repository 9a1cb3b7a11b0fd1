"""How the headers of a recipients' file may be written."""

import pytest

from florin.domain.recipient_columns import CHINESE, Cell, Column, NotText, column_of


@pytest.mark.parametrize("column", [*Column])
def test_every_column_has_an_english_and_a_chinese_header(column: Column) -> None:
    assert (column, column) == (column_of(column.value), column_of(CHINESE[column]))


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Employee Number", Column.EMPLOYEE_NUMBER),
        (" NAME ", Column.NAME),
        ("ｎａｍｅ", Column.NAME),  # noqa: RUF001 (wide letters are the case)
        ("姓名 ", Column.NAME),
        ("Name of the employee", None),
        ("", None),
        (NotText.NUMBER, None),
    ],
)
def test_case_width_and_spaces_of_a_header_do_not_matter(header: Cell, column: Column | None) -> None:
    assert column == column_of(header)
