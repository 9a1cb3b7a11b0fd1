"""A merchant's statement as a file: a table with every purchase and refund, or a document for people.

Both end with what the day adds up to, from what was carried in to what is paid or carried on.
"""

from datetime import datetime
from enum import StrEnum, auto
from typing import IO, Final

from florin.clearing.house import ClearingHouse
from florin.documents.pages import MEDIA_TYPE as PDF_MEDIA_TYPE
from florin.documents.pages import Document
from florin.documents.sheets import MEDIA_TYPES as SHEET_MEDIA_TYPES
from florin.documents.sheets import SheetForm, open_sheet
from florin.domain.identifiers import wire_id
from florin.domain.merchant_statement import MerchantStatement
from florin.domain.money import format_minor
from florin.domain.programme import Merchant, Programme
from florin.storage.settlement.statements import TradeLine, trade_lines


class StatementForm(StrEnum):
    """As what a statement is fetched."""

    CSV = auto()
    PDF = auto()


MEDIA_TYPES: Final = {StatementForm.CSV: SHEET_MEDIA_TYPES[SheetForm.CSV], StatementForm.PDF: PDF_MEDIA_TYPE}
COLUMNS: Final = ("statement", "date", "kind", "at", "reference", "terminal", "journal", "credit", "debit", "currency")
"""One row a purchase, refund or statement taken over, then one for each figure: what is the merchant's is a credit."""

_AT_ONCE: Final = 1_000
_CHINESE: Final = {
    "carried_in": "上期结转",
    "purchases": "消费",
    "undone": "撤销与冲正",
    "refunds": "退货",
    "taken_over": "代付转入",
    "fees": "手续费",
    "fees_returned": "退回手续费",
    "reserve_kept": "本期保证金",
    "reserve_released": "释放保证金",
    "set_off": "抵扣售卡款",
    "payout": "应付",
    "passed_on": "转出代付",
    "carried_out": "结转下期",
}


def figures(statement: MerchantStatement) -> tuple[tuple[str, int], ...]:
    """What a statement adds up to, in minor units, above zero for the merchant; the last three are its sum."""
    return (
        ("carried_in", statement.carried_in_minor),
        ("purchases", statement.purchases_minor),
        ("undone", -statement.undone_minor),
        ("refunds", -statement.refunds_minor),
        ("taken_over", statement.taken_over_minor),
        ("fees", -statement.fees_minor),
        ("fees_returned", statement.fees_returned_minor),
        ("reserve_kept", -statement.reserve_kept_minor),
        ("reserve_released", statement.reserve_released_minor),
        ("set_off", -statement.set_off_minor),
        ("payout", statement.payout_minor),
        ("passed_on", statement.passed_on_minor),
        ("carried_out", statement.carried_out_minor),
    )


async def write_statement_sheet(house: ClearingHouse, statement: MerchantStatement, file: IO[bytes]) -> None:
    """Write the statement as CSV, in bounded memory however many purchases it has."""
    head = wire_id("merchant_statement", statement.id), statement.business_date.isoformat()
    unit = statement.unit
    with open_sheet(SheetForm.CSV, file, "statement", COLUMNS) as sheet:
        chunk: list[TradeLine] = []
        async for line in trade_lines(house.pool, statement):
            chunk.append(line)
            if len(chunk) == _AT_ONCE:
                sheet.add((*head, *_line(each, unit)) for each in chunk)
                chunk.clear()
        sheet.add((*head, *_line(each, unit)) for each in chunk)
        sheet.add(
            (*head, name, None, None, None, None, *_sides(amount_minor, unit), unit)
            for name, amount_minor in figures(statement)
        )


def statement_pdf(statement: MerchantStatement, merchant: Merchant, programme: Programme, made_at: datetime) -> bytes:
    """The statement as a document in Chinese and English."""
    unit = statement.unit
    document = Document("商户结算单 Settlement statement", made_at)
    document.facts(
        [
            ("商户 Merchant", f"{merchant.name} ({merchant.code})"),
            ("项目 Programme", programme.name),
            ("营业日 Business day", statement.business_date.isoformat()),
            ("结算单号 Statement", wire_id("merchant_statement", statement.id)),
            ("状态 Status", statement.status),
            ("付款日 Paid on", "-" if statement.pays_on is None else statement.pays_on.isoformat()),
        ]
    )
    counts = {"purchases": statement.purchases, "undone": statement.undone, "refunds": statement.refunds}
    rows = [
        [
            f"{_CHINESE[name]} {name.replace('_', ' ')}",
            str(counts.get(name, "")),
            f"{format_minor(amount_minor, unit)} {unit}",
        ]
        for name, amount_minor in figures(statement)
    ]
    document.columns(["项目 item", "笔数 count", "金额 amount"], (6, 2, 3), ("LEFT", "RIGHT", "RIGHT"), rows)
    if statement.reserve_until is not None:
        document.notes([f"本期保证金于 {statement.reserve_until} 释放。 The reserve is given back on that day."])
    if statement.receivable_out_minor > 0:
        owed = f"{format_minor(statement.receivable_out_minor, unit)} {unit}"
        reference = merchant.payment_reference
        document.notes([f"尚欠售卡款 {owed}; 转账附言 {reference}. It is paid by a transfer that names {reference}."])
    return document.content()


def _line(line: TradeLine, unit: str) -> tuple[str | None, ...]:
    whence = line.taken_over_from
    return (
        line.event,
        line.event_at.isoformat(timespec="seconds"),
        line.reference if whence is None else wire_id("merchant_statement", whence),
        None if line.terminal_id is None else wire_id("terminal", line.terminal_id),
        wire_id("journal", line.journal_id),
        *_sides(line.amount_minor, unit),
        unit,
    )


def _sides(amount_minor: int, unit: str) -> tuple[str | None, str | None]:
    """Credit and debit: a cell that begins with a minus sign could be taken for a formula."""
    text = format_minor(abs(amount_minor), unit)
    return (None, text) if amount_minor < 0 else (text, None)
