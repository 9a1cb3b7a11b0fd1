"""The journals of a span of days for an ERP: a table with one line a side of each transfer, however many there are."""

from collections.abc import Iterator
from typing import IO, Final

from florin.documents.sheets import Cell, SheetForm, open_sheet
from florin.domain.chart import CHART, AccountCode
from florin.domain.identifiers import wire_id
from florin.domain.money import in_digits
from florin.domain.report import digits_of
from florin.reconciliation.findings import owner_name
from florin.reconciliation.reports.asked import FIRST_DAY, Asked
from florin.storage.connect import Pool
from florin.storage.long_work import one_snapshot
from florin.storage.reports.journal_lines import JournalTransfer, stream_transfers

COLUMNS: Final = (
    "business_date", "journal", "line", "event", "account", "account_name", "owner", "debit", "credit", "currency",
    "event_at", "posted_at", "reverses",
)  # fmt: skip
"""In this order for ever; a column that is to be added comes last."""

AT_ONCE: Final = 1_000
"""So many lines are written at a time."""


async def write_journals(pool: Pool, asked: Asked, file: IO[bytes]) -> int:
    """Write the journals as CSV, in bounded memory, and return how many lines; debits and credits come to the same."""
    lines = 0
    with open_sheet(SheetForm.CSV, file, "journals", COLUMNS) as sheet:
        chunk: list[tuple[Cell, ...]] = []
        async with one_snapshot(pool) as connection:
            since = asked.since or FIRST_DAY
            async for each in stream_transfers(connection, asked.programme.id, since, asked.through):
                chunk.extend(_sides(each, asked.unit))
                if len(chunk) >= AT_ONCE:
                    lines += len(chunk)
                    sheet.add(chunk)
                    chunk.clear()
        sheet.add(chunk)
    return lines + len(chunk)


def _sides(each: JournalTransfer, currency: str) -> Iterator[tuple[Cell, ...]]:
    """The debit and the credit of a transfer: the line numbers of a journal count both."""
    amount = in_digits(each.amount_minor, digits_of(each.unit, currency))
    head = each.business_date.isoformat(), wire_id("journal", each.journal_id)
    tail = (
        each.unit,
        each.event_at.isoformat(timespec="seconds"),
        each.posted_at.isoformat(timespec="seconds"),
        None if each.reverses_journal_id is None else wire_id("journal", each.reverses_journal_id),
    )
    first = 2 * each.position + 1
    for line, code, owner, debit, credit in (
        (first, each.debit_code, each.debit_owner, amount, None),
        (first + 1, each.credit_code, each.credit_owner, None, amount),
    ):
        yield (
            *head,
            line,
            each.event,
            code,
            CHART[AccountCode(code)].name,
            owner_name(code, owner),
            debit,
            credit,
            *tail,
        )
