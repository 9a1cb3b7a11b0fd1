"""Tables for spreadsheets: exact, and with no cell that is carried out when somebody opens the file."""

import csv
import io
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from florin.documents import sheets
from florin.documents.sheets import Cell, SheetForm, harmless, open_sheet

HOSTILE = [
    "=1+1",
    '=HYPERLINK("https://example.org","prize")',
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\u3000=1",
    "\u00a0@x",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff201",
]
PLAIN = ["张三", "O'Brien", "1-000123", "a=b", "", " ", "'", "5", "¥100", "a,b", 'say "so"', "two\nlines"]


def written(form: SheetForm, columns: list[str], rows: list[list[Cell]]) -> bytes:
    file = io.BytesIO()
    with open_sheet(form, file, "sheet", columns) as sheet:
        sheet.add(rows)
    return file.getvalue()


def read(form: SheetForm, content: bytes) -> list[list[Any]]:
    """The table as a spreadsheet reads it."""
    if form is SheetForm.XLSX:
        return (
            CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)
        )
    return [list(row) for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_could_begin_a_formula_stays_text(text: str) -> None:
    assert f"'{text}" == harmless(text)


@pytest.mark.parametrize("text", PLAIN)
def test_other_texts_are_left_alone(text: str) -> None:
    assert text == harmless(text)


@pytest.mark.parametrize("form", SheetForm)
def test_a_hostile_cell_is_read_back_as_text(form: SheetForm) -> None:
    rows: list[list[Cell]] = [[each, each] for each in HOSTILE if "\r" not in each]
    found = read(form, written(form, ["=name", "name"], rows))
    assert [["'=name", "name"], *([f"'{each}", f"'{each}"] for each, _ in rows)] == found


def test_a_workbook_holds_no_formula_and_no_link() -> None:
    content = written(SheetForm.XLSX, ["name"], [[each] for each in [*HOSTILE, "https://example.org", "mailto:a@b"]])
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names, worksheet = book.namelist(), book.read("xl/worksheets/sheet1.xml")
    # A link of a worksheet stands in a part of its own.
    assert [] == [name for name in names if name.startswith("xl/worksheets/_rels")]
    assert (0, 0) == (worksheet.count(b"<f"), worksheet.count(b"<hyperlink"))


def test_a_csv_file_is_utf_8_with_a_mark_and_ends_its_lines_as_the_standard_says() -> None:
    content = written(SheetForm.CSV, ["name", "cards"], [["张,三", 12], ['say "so"', None]])
    assert '\ufeffname,cards\r\n"张,三",12\r\n"say ""so""",\r\n'.encode() == content


def test_a_number_is_a_number_and_a_text_of_digits_is_not() -> None:
    assert [["n", "text"], [-5, "007"]] == read(SheetForm.XLSX, written(SheetForm.XLSX, ["n", "text"], [[-5, "007"]]))


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8), min_size=2, max_size=2)
    )
)
def test_a_csv_reader_finds_every_text_again_and_none_begins_a_formula(rows: list[list[Cell]]) -> None:
    found = read(SheetForm.CSV, written(SheetForm.CSV, ["a", "b"], rows))[1:]
    assert [[harmless(str(each)) for each in row] for row in rows] == found
    assert not any(str(each).lstrip(" ")[:1] in tuple("=+-@\t\r\n") for row in found for each in row if each)


def test_a_long_table_goes_on_in_the_next_worksheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "ROWS_OF_A_WORKSHEET", 2)
    content = written(SheetForm.XLSX, ["n"], [[each] for each in range(5)])
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    pages = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    assert [[["n"], [0], [1]], [["n"], [2], [3]], [["n"], [4]]] == pages
