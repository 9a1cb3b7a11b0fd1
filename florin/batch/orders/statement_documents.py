"""The statement of an order as a file: a table for spreadsheets, or a document for people."""

from datetime import datetime
from typing import IO, Final

from florin.documents.pages import Document
from florin.documents.sheets import Cell, SheetForm, open_sheet
from florin.domain.identifiers import wire_id
from florin.domain.money import format_minor
from florin.domain.order_statement import COUNTS, FEWEST_CARDS, OrderStatement, StatementLine, ToldCounts
from florin.storage.corporate.orders import OrderView

COLUMNS: Final = (
    "order",
    "payment_reference",
    "date",
    "line",
    "product",
    "denomination",
    "currency",
    *COUNTS,
    "face",
    "paid",
    "bonus",
    "spent",
    "outstanding",
)
"""One row a line of the order, and last a row with the total, in which alone there are amounts."""

WITHHELD: Final = "withheld"
"""What stands in the place of a figure that would tell somebody's balance."""

TOTAL: Final = "total"

_CHINESE: Final = {
    "sold": "已售",
    "waiting": "待激活",
    "activated": "已激活",
    "unused": "未使用",
    "partly_used": "部分使用",
    "used_up": "已用完",
    "loaded": "已充入账户",
    "expired": "已过期",
    "closed": "已退付",
    "voided": "已作废",
    "replaced": "已换卡",
}
_AMOUNTS: Final = ("已激活面值 Face", "实付 Paid", "赠送 Bonus", "已消费或充入账户 Spent or loaded", "余额 Outstanding")
_NOTE: Final = (
    f"为保护持卡人, 卡少于 {FEWEST_CARDS} 张时不显示金额, 实名订单亦不显示用卡情况。 Figures of fewer than "
    f"{FEWEST_CARDS} cards that would tell what somebody has are withheld."
)


def write_statement_sheet(form: SheetForm, file: IO[bytes], order: OrderView, statement: OrderStatement) -> None:
    """Write the statement as a table."""
    head: tuple[Cell, ...] = (wire_id("order", order.id), order.payment_reference, statement.on.isoformat())
    nothing: tuple[Cell, ...] = (None,) * 5
    with open_sheet(form, file, "statement", COLUMNS) as sheet:
        sheet.add((*head, *_line(each, statement.unit), *nothing) for each in statement.lines)
        total: tuple[Cell, ...] = (TOTAL, None, None, statement.unit, *_figures(statement.total))
        sheet.add([(*head, *total, *_amounts(statement))])


def statement_pdf(order: OrderView, customer_name: str, statement: OrderStatement, made_at: datetime) -> bytes:
    """The statement as a document in Chinese and English."""
    document = Document("订单对账单 Order statement", made_at, landscape=True)
    document.facts(
        [
            ("客户 Customer", customer_name),
            ("订单 Order", f"{wire_id('order', order.id)} ({order.payment_reference})"),
            ("日期 Date", statement.on.isoformat()),
        ]
    )
    names = [f"{_CHINESE[each]}\n{each.replace('_', ' ')}" for each in COUNTS]
    rows = [
        [f"{each.line}", each.product_name, _money(each.denomination_minor, statement.unit), *_texts(each.counts)]
        for each in statement.lines
    ]
    total = ["", "合计 Total", "", *_texts(statement.total)]
    figures = len(COUNTS) + 1
    document.columns(
        ["行\nline", "产品\nproduct", "面值\nface", *names],
        (1, 5, *(2,) * figures),
        ("LEFT", "LEFT", *("RIGHT",) * figures),
        [*rows, total],
    )
    document.facts(zip(_AMOUNTS, (f"{each} {statement.unit}" for each in _amounts(statement)), strict=True))
    if statement.amounts.outstanding_minor is None or None in (each.counts.unused for each in statement.lines):
        document.notes([_NOTE])
    return document.content()


def _line(line: StatementLine, unit: str) -> tuple[Cell, ...]:
    return line.line, line.product_name, format_minor(line.denomination_minor, unit), unit, *_figures(line.counts)


def _figures(counts: ToldCounts) -> tuple[Cell, ...]:
    return tuple(WITHHELD if each is None else each for each in counts.in_order)


def _texts(counts: ToldCounts) -> list[str]:
    return ["-" if each is None else str(each) for each in counts.in_order]


def _amounts(statement: OrderStatement) -> tuple[str, ...]:
    amounts, unit = statement.amounts, statement.unit
    each = (
        amounts.face_minor,
        amounts.paid_minor,
        amounts.bonus_minor,
        amounts.spent_minor,
        amounts.outstanding_minor,
    )
    return tuple(WITHHELD if amount_minor is None else _money(amount_minor, unit) for amount_minor in each)


def _money(amount_minor: int, unit: str) -> str:
    return format_minor(amount_minor, unit)
