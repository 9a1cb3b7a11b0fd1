"""A statement as files: the same figures in each, and nothing in them that a spreadsheet carries out."""

import csv
import io
from datetime import date

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from florin.batch.orders.card_list import write_card_list
from florin.batch.orders.statement_documents import COLUMNS, statement_pdf, write_statement_sheet
from florin.clearing.house import ClearingHouse
from florin.documents.sheets import SheetForm
from florin.domain.card_selection import CardRange
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.order_life import OrderStatus
from florin.domain.order_statement import CardCounts, CountedLine, OrderStatement, draw_up
from florin.storage.corporate.orders import OrderView, find_order
from tests.batch.orders.box_desk import BoxDesk
from tests.corporate import Corporate
from tests.world import NOON

HOSTILE = "=HYPERLINK(1)"
PRODUCT = "春节礼品卡"


def statement_with(partly_used: int, *, is_named: bool = False) -> OrderStatement:
    lines = (
        CountedLine(1, PRODUCT, 100_00, CardCounts(unused=5, partly_used=partly_used, voided=1)),
        CountedLine(2, HOSTILE, 200_00, CardCounts(waiting=2)),
    )
    left_minor = 500_00 + partly_used * 40_00
    face_minor = 500_00 + partly_used * 100_00
    return draw_up(
        date(2026, 3, 2),
        "CNY",
        lines,
        is_named=is_named,
        paid_minor=face_minor * 95 // 100,
        outstanding_minor=left_minor,
    )


@pytest.fixture
async def order(house: ClearingHouse, corporate: Corporate) -> OrderView:
    desk = BoxDesk(house, corporate)
    found = await find_order(house.pool, desk.order.id)
    assert found is not None
    return found


def rows_of(form: SheetForm, content: bytes) -> list[dict[str, object]]:
    if form is SheetForm.XLSX:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    else:
        rows = [list(row) for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))]
    return [dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]]


@pytest.mark.parametrize("form", SheetForm)
async def test_a_sheet_has_a_row_a_line_and_amounts_only_in_total(order: OrderView, form: SheetForm) -> None:
    file = io.BytesIO()
    write_statement_sheet(form, file, order, statement_with(10))
    first, second, total = rows_of(form, file.getvalue())
    assert list(COLUMNS) == list(first)
    assert (PRODUCT, "100.00", "CNY", "15", "10") == tuple(
        str(first[each]).removesuffix(".0") for each in ("product", "denomination", "currency", "sold", "partly_used")
    )
    assert f"'{HOSTILE}" == second["product"]
    assert {""} == {each[name] for each in (first, second) for name in COLUMNS[-5:]}
    assert ("total", "1500.00", "1425.00", "75.00", "600.00", "900.00") == tuple(
        total[each] for each in ("line", *COLUMNS[-5:])
    )


@pytest.mark.parametrize("form", SheetForm)
async def test_an_amount_that_is_not_told_is_withheld_in_a_sheet(order: OrderView, form: SheetForm) -> None:
    file = io.BytesIO()
    write_statement_sheet(form, file, order, statement_with(9))
    total = rows_of(form, file.getvalue())[-1]
    assert ("1400.00", "withheld", "withheld") == (total["face"], total["spent"], total["outstanding"])


def text_of(document: bytes) -> str:
    """The characters of a document one after another; what stands between them is the reader's guess."""
    pages = PdfReader(io.BytesIO(document)).pages
    return "".join(each for page in pages for each in page.extract_text() if each not in " \n\0")


async def test_a_document_tells_the_same_in_chinese(order: OrderView) -> None:
    text = text_of(statement_pdf(order, "坚果有限公司", statement_with(10), NOON))
    for expected in (wire_id("order", order.id), "坚果有限公司", PRODUCT, "订单对账单", "900.00CNY", "2026-03-02"):
        assert expected in text
    text = text_of(statement_pdf(order, "坚果", statement_with(9), NOON))
    assert "withheldCNY" in text
    assert "760.00" not in text


@pytest.mark.parametrize("form", SheetForm)
async def test_the_card_list_is_written_without_secrets(
    house: ClearingHouse, corporate: Corporate, form: SheetForm
) -> None:
    desk = BoxDesk(house, corporate)
    await desk.done(ranges=[CardRange(1, 2, 2)])
    file = io.BytesIO()
    assert 3 == await write_card_list(house, desk.buyer, desk.order.id, form, file)
    rows = rows_of(form, file.getvalue())
    assert [("1-000001", "waiting"), ("1-000002", "activated"), ("1-000003", "waiting")] == [
        (each["card"], each["step"]) for each in rows
    ]
    assert [card.number[-4:] for card in desk.order.cards[0]] == [each["last4"] for each in rows]
    assert {"card", "line", "serial", "last4", "step", "successor"} == set(rows[0])


async def test_no_list_is_written_before_the_cards_are_ready(house: ClearingHouse, corporate: Corporate) -> None:
    desk = BoxDesk(house, corporate, OrderStatus.GENERATING)
    file = io.BytesIO()
    written = await write_card_list(house, desk.buyer, desk.order.id, SheetForm.CSV, file)
    assert (Decline.ORDER_NOT_IN_STATE, b"") == (written, file.getvalue())


@pytest.mark.parametrize("form", SheetForm)
async def test_who_has_used_a_named_card_is_withheld_in_a_sheet(order: OrderView, form: SheetForm) -> None:
    file = io.BytesIO()
    write_statement_sheet(form, file, order, statement_with(4, is_named=True))
    first, _, total = rows_of(form, file.getvalue())
    assert ("9", "withheld", "withheld") == tuple(
        str(first[each]).removesuffix(".0") for each in ("sold", "unused", "loaded")
    )
    assert ("withheld", "withheld", "withheld") == tuple(total[each] for each in ("unused", "spent", "outstanding"))
