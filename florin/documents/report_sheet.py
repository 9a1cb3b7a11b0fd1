"""A report as a workbook: a sheet that says what it is and checks it, and a sheet for each of its tables.

Amounts are numbers in units with all their decimals, so that whoever opens the workbook can add them up; the same
report is always the same bytes.
"""

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import xlsxwriter  # type: ignore[import-untyped]  # it comes without types

from florin.documents.report_cells import PERCENT_DIGITS, told, told_check
from florin.documents.sheets import OPTIONS, ROWS_OF_A_WORKSHEET, harmless
from florin.domain.report import Cell, Kind, Money, Report, Section, digits_of

_EXACT_BELOW: Final = 10**15
"""A spreadsheet's number has fifteen digits; an amount that has more of them is written as a text."""
_WIDE, _NARROW = 42, 18
_LONGEST_NAME: Final = 31
"""So long may the name of a worksheet be (Excel's specification)."""


def report_workbook(report: Report) -> bytes:
    """The report as a file of XLSX."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        # By default the moment of writing stands in it.
        book.set_properties({"title": report.title, "created": datetime.combine(report.through, datetime.min.time())})
        writer = _Writer(book, report.currency)
        writer.open_page("report")
        _front(writer, report)
        for section in report.sections:
            writer.open_page(section.name)
            _table(writer, section)
    return file.getvalue()


def _front(writer: "_Writer", report: Report) -> None:
    writer.row(report.title)
    writer.row("项目 programme", report.programme)
    if report.since is not None:
        writer.row("自 since", report.since)
    writer.row("至 through", report.through)
    for column, cell in report.facts:
        writer.row(column.heading, cell, kinds=(Kind.TEXT, column.kind))
    for check in report.checks:
        writer.row(check.says, check.expected, check.found, told_check(check))
    for text in (*report.alarms, *report.notes):
        writer.row(text)


def _table(writer: "_Writer", section: Section) -> None:
    headings = [each.heading for each in section.columns]
    kinds = tuple(each.kind for each in section.columns)
    writer.row(*headings)
    for row in (*section.rows, *section.totals):
        if writer.is_full:
            writer.open_page(section.name)
            writer.row(*headings)
        writer.row(*row, kinds=kinds)


class _Writer:
    """Writes rows one below the other, on one worksheet after the other."""

    def __init__(self, book: xlsxwriter.Workbook, currency: str) -> None:
        self._book = book
        self._currency = currency
        self._formats = {digits: book.add_format({"num_format": _pattern(digits)}) for digits in range(5)}
        self._percent = book.add_format({"num_format": "0.00%"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})

    @property
    def is_full(self) -> bool:
        return self._next > ROWS_OF_A_WORKSHEET

    def open_page(self, name: str) -> None:
        taken = {each.get_name() for each in self._book.worksheets()}
        number = 2
        unique = name[:_LONGEST_NAME]
        while unique in taken:
            unique = f"{name[: _LONGEST_NAME - 4]} {number}"
            number += 1
        self._sheet = self._book.add_worksheet(unique)
        self._sheet.set_column(0, 0, _WIDE)
        self._sheet.set_column(1, 30, _NARROW)
        self._next = 0

    def row(self, *cells: Cell, kinds: tuple[Kind, ...] = ()) -> None:
        for position, cell in enumerate(cells):
            self._cell(position, kinds[position] if kinds else Kind.TEXT, cell)
        self._next += 1

    def _cell(self, column: int, kind: Kind, cell: Cell) -> None:
        match cell:
            case None:
                return
            case Money(amount_minor, unit) if abs(amount_minor) < _EXACT_BELOW:
                digits = digits_of(unit, self._currency)
                self._sheet.write_number(
                    self._next, column, Decimal(amount_minor).scaleb(-digits), self._formats[digits]
                )
            case date():
                at = datetime.combine(cell, datetime.min.time())
                self._sheet.write_datetime(self._next, column, at, self._day)
            case int() if kind is Kind.RATIO:
                share = Decimal(cell).scaleb(-2 - PERCENT_DIGITS)
                self._sheet.write_number(self._next, column, share, self._percent)
            case int():
                self._sheet.write_number(self._next, column, cell)
            case _:
                self._sheet.write_string(self._next, column, harmless(told(kind, cell, self._currency)))


def _pattern(digits: int) -> str:
    return f"#,##0.{'0' * digits}" if digits else "#,##0"
