"""Text files with commas, semicolons or tabs, row by row as spreadsheet programs number them."""

from io import BytesIO

import pytest

from florin.batch.orders.delimited_rows import read_delimited
from florin.batch.orders.sheet_row import FileUnreadable, SheetRow


def rows(raw: bytes) -> list[SheetRow]:
    return list(read_delimited(BytesIO(raw), lambda _percent: None))


@pytest.mark.parametrize("delimiter", ",;\t")
def test_cells_are_parted_by_what_parts_the_header(delimiter: str) -> None:
    text = 'a,b,c\r\n1,"2,;\t3",\r\n'.replace(",", delimiter)
    assert [SheetRow(1, ["a", "b", "c"]), SheetRow(2, ["1", f"2{delimiter};\t3", ""])] == rows(text.encode())


def test_a_cell_with_line_breaks_is_one_row() -> None:
    assert [(1, 'x "y"\r\nz'), (2, "next")] == [
        (row.number, row.cells[1]) for row in rows(b'1,"x ""y""\r\nz"\r\n2,next\r\n')
    ]


def test_empty_rows_count_and_are_left_out() -> None:
    assert [1, 4, 6] == [row.number for row in rows(b"a,b\r\n\r\n,\r\n1,2\r\n\r\n3,4")]


@pytest.mark.parametrize("raw", [b'a,b\r\n1,"2\r\n3,4\r\n', b'a,b\r\n1,"2"x\r\n'])
def test_a_quotation_that_does_not_end_where_it_should_is_no_csv(raw: bytes) -> None:
    with pytest.raises(FileUnreadable, match="not CSV") as refused:
        rows(raw)
    assert 2 == refused.value.row


def test_a_cell_that_never_ends_does_not_fill_the_memory() -> None:
    with pytest.raises(FileUnreadable, match="not CSV"):
        rows(b"a,b\r\n1," + b"x" * 1_001)


def test_more_columns_than_any_such_file_has_are_refused() -> None:
    with pytest.raises(FileUnreadable, match="more than 32 columns"):
        rows(b"a,b\r\n" + b"," * 32)


def test_nothing_has_no_rows() -> None:
    assert [] == rows(b"")


def test_the_progress_ends_at_a_hundred() -> None:
    told: list[int] = []
    list(read_delimited(BytesIO(b"a,b\r\n" * 500), told.append))
    assert (100, sorted(set(told))) == (told[-1], told)
