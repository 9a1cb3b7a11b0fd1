"""Tables for spreadsheets, as CSV or XLSX, in bounded memory and with no cell that a spreadsheet takes for a formula.

A name or a product that begins with ``=`` would be carried out when somebody opens the file. Every text that leaves in
a table goes through `harmless` here, in both forms: a workbook is soon saved as CSV.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum, auto
from typing import IO, Final, Protocol

import xlsxwriter  # type: ignore[import-untyped]  # it comes without types

Cell = str | int | None

ROWS_OF_A_WORKSHEET: Final = 1_000_000
"""Excel's worksheets end at 1,048,576 rows; a longer table goes on in the next one."""

OPTIONS: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "constant_memory": True,
}
"""How every workbook is written: texts stay texts, whatever they look like, and rows go to disk as they come."""

# What spreadsheets begin a formula with (OWASP, CSV Injection), also in the full width of Chinese input.
_BEGINS_A_FORMULA: Final = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_BYTE_ORDER_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"


class SheetForm(StrEnum):
    """As what a table is written."""

    CSV = auto()  # RFC 4180, in UTF-8 with a byte order mark, without which Excel misreads Chinese
    XLSX = auto()


MEDIA_TYPES: Final = {
    SheetForm.CSV: "text/csv; charset=utf-8",
    SheetForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Sheet(Protocol):
    """A table that is being written."""

    def add(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Write the next rows."""


def harmless(text: str) -> str:
    """A text as a cell may hold it: one that could begin a formula gets an apostrophe before it, and stays text.

    Some programs skip spaces before a formula, so what comes after them counts.
    """
    begins = text.lstrip(" \N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}")[:1]
    return f"'{text}" if begins in _BEGINS_A_FORMULA and begins else text


@contextmanager
def open_sheet(form: SheetForm, file: IO[bytes], title: str, columns: Sequence[str]) -> Iterator[Sheet]:
    """A table with its headings written, to which rows are added; the file is whole when the block has ended."""
    match form:
        case SheetForm.CSV:
            text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
            text.write(_BYTE_ORDER_MARK)
            sheet = _CsvSheet(text)
            sheet.add([columns])
            yield sheet
            text.detach()
        case SheetForm.XLSX:
            with xlsxwriter.Workbook(file, OPTIONS) as book:
                yield _XlsxSheet(book, title, columns)


class _CsvSheet:
    def __init__(self, text: IO[str]) -> None:
        self._rows = csv.writer(text)

    def add(self, rows: Iterable[Sequence[Cell]]) -> None:
        self._rows.writerows([_harmless_cell(each) for each in row] for row in rows)


class _XlsxSheet:
    def __init__(self, book: xlsxwriter.Workbook, title: str, columns: Sequence[str]) -> None:
        self._book = book
        self._title = title
        self._columns = columns
        self._begin()

    def add(self, rows: Iterable[Sequence[Cell]]) -> None:
        for row in rows:
            if self._next > ROWS_OF_A_WORKSHEET:
                self._begin()
            self._write(row)

    def _begin(self) -> None:
        number = len(self._book.worksheets()) + 1
        self._worksheet = self._book.add_worksheet(self._title if number == 1 else f"{self._title} {number}")
        self._next = 0
        self._write(self._columns)

    def _write(self, row: Sequence[Cell]) -> None:
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                self._worksheet.write_number(self._next, column, cell)
            elif cell is not None:
                self._worksheet.write_string(self._next, column, harmless(cell))
        self._next += 1


def _harmless_cell(cell: Cell) -> Cell:
    return harmless(cell) if isinstance(cell, str) else cell
