"""A report in its three forms: the same figures, the same bytes each time, and no cell that is carried out."""

import io
import json
from datetime import UTC, date, datetime

import pytest
import time_machine
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from florin.documents.report_json import report_json
from florin.documents.report_pages import MOST_ROWS, report_pages
from florin.documents.report_sheet import report_workbook
from florin.domain.report import Check, Column, Kind, Money, Report, Row, Section


def text_of(content: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).replace("\0", "")


COLUMNS = (
    Column("merchant", "商户", Kind.TEXT),
    Column("due_on", "到期日", Kind.DATE),
    Column("payouts", "笔数", Kind.COUNT),
    Column("owed", "应付", Kind.MONEY),
    Column("share", "占比", Kind.RATIO),
)
ROWS: tuple[Row, ...] = (
    ("=HYPERLINK(1)", date(2026, 11, 20), 3, Money(-1_234, "CNY"), 1_050),
    ("老王小店", None, 0, Money(5, "JPY"), None),
    ("Points", None, 1, Money(700, "XPO"), 0),
    ("Vouchers", None, 1, Money(700, "XVO"), 10_000),
    ("Dinar", None, 1, Money(12_345, "KWD"), 1),
    ("Large", None, 1, Money(10**15, "CNY"), 1),
)


def a_report(rows: tuple[Row, ...] = ROWS) -> Report:
    return Report(
        name="merchant_ageing",
        chinese="商户账龄",
        programme="demo (演示)",
        currency="CNY",
        since=None,
        through=date(2026, 11, 20),
        facts=((Column("ratio", "比例", Kind.RATIO), 3_999),),
        sections=(Section("owed", "应付", COLUMNS, rows, (("total", None, 3, Money(9, "CNY"), None),)),),
        checks=(
            Check("what is owed is in the book", Money(9, "CNY"), Money(9, "CNY")),
            Check("nobody is left out", 2, 3),
        ),
        notes=("一条说明 A note.",),
        alarms=("=too low",),
    )


def test_programs_get_names_minor_units_and_whether_the_checks_hold() -> None:
    value = json.loads(report_json(a_report()))
    (section,) = value["sections"]
    assert {
        "merchant": "=HYPERLINK(1)",
        "due_on": "2026-11-20",
        "payouts": 3,
        "owed": {"amount": -1_234, "currency": "CNY"},
        "share": 1_050,
    } == section["rows"][0]
    assert ("merchant_ageing", None, "2026-11-20", False) == (
        value["report"],
        value["since"],
        value["through"],
        value["holds"],
    )
    assert [{"name": "ratio", "title": "比例 ratio", "kind": "ratio", "value": 3_999}] == value["facts"]
    assert [True, False] == [each["holds"] for each in value["checks"]]


def test_a_spreadsheet_has_numbers_with_the_decimals_of_their_unit_and_no_formula() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(report_workbook(a_report())))
    assert ["report", "owed"] == book.sheet_names
    headings, *rows = book.get_sheet_by_name("owed").to_python()
    assert "商户 merchant" == headings[0]
    assert [
        ["'=HYPERLINK(1)", date(2026, 11, 20), 3, -12.34, 0.105],
        ["老王小店", "", 0, 5, ""],
        ["Points", "", 1, 700, 0],
        ["Vouchers", "", 1, 7, 1],
        ["Dinar", "", 1, 12.345, 0.0001],
        ["Large", "", 1, "10000000000000.00 CNY", 0.0001],
        ["total", "", 3, 0.09, ""],
    ] == rows
    front = [cell for row in book.get_sheet_by_name("report").to_python() for cell in row]
    assert {"相符 holds", "不符 DIFFERS", "'=too low", "demo (演示)"} <= set(front)


def test_pages_have_chinese_amounts_checks_and_alarms() -> None:
    text = text_of(report_pages(a_report()))
    wanted = ["商户账龄", "老王小店", "-12.34 CNY", "12.345 KWD", "39.99 %", "不符 DIFFERS", "警示 Alarm", "=too low"]
    assert [] == [each for each in wanted if each not in text]


def test_pages_say_how_many_rows_they_leave_out() -> None:
    content = report_pages(a_report(tuple((f"m{n}", None, 1, Money(1, "CNY"), 1) for n in range(MOST_ROWS + 7))))
    text = text_of(content)
    assert "7 more rows are in the other forms" in text
    assert f"m{MOST_ROWS - 1}" in text
    assert f"m{MOST_ROWS} " not in text


@pytest.mark.parametrize("form", [report_json, report_workbook, report_pages])
def test_the_same_report_is_the_same_bytes_whenever_it_is_written(form: object) -> None:
    assert callable(form)
    written = []
    for year in (2026, 2031):
        with time_machine.travel(datetime(year, 1, 1, 3, 4, 5, tzinfo=UTC), tick=False):
            written.append(form(a_report()))
    assert written[0] == written[1]


def test_an_empty_report_has_all_forms() -> None:
    empty = a_report(())
    assert [] == json.loads(report_json(empty))["sections"][0]["rows"]
    assert all(form(empty) for form in (report_workbook, report_pages))


def test_a_row_of_another_width_is_a_fault() -> None:
    with pytest.raises(ValueError, match="owed: a row"):
        a_report((("alone",),))
