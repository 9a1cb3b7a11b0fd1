"""Receipts as rows: money that customers have paid. Payer and payee leave sealed as they came."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final
from uuid import UUID

from florin.domain.paging import Page, page_of
from florin.storage.connect import Pool
from florin.storage.read_rows import read_row, read_rows


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that has come in. ``bank_reference`` is unique in the programme, ``recorded_by`` is a login."""

    id: UUID
    shard: int
    programme_id: UUID
    customer_id: UUID
    method: str
    bank_reference: str
    amount_minor: int
    unit: str
    payment_reference: str | None
    parties_encrypted: bytes
    received_on: date
    recorded_by: UUID
    journal_id: UUID
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class FirstRecorded:
    """What was asked, and answered, when a bank reference was recorded."""

    receipt_id: UUID
    journal_id: UUID
    fingerprint: UUID
    answer: bytes


_COLUMNS: Final = ", ".join("r." + each.name for each in fields(Receipt))

FIND_RECEIPT: Final = f"SELECT {_COLUMNS} FROM receipt r WHERE r.id = %(id)s"  # noqa: S608 (a dataclass's fields)
# Ids begin with their time, so the order of ids is the order of time.
RECEIPTS: Final = f"""
SELECT {_COLUMNS} FROM receipt r
WHERE (%(customer_id)s::uuid IS NULL OR r.customer_id = %(customer_id)s)
  AND (%(before)s::uuid IS NULL OR r.id < %(before)s)
ORDER BY r.id DESC LIMIT %(limit)s
"""  # noqa: S608 (as above)
UNDER_REFERENCE: Final = """
SELECT r.id, r.journal_id, o.fingerprint, o.answer::text
FROM receipt r JOIN operation o ON o.caller_id = r.programme_id AND o.reference = r.bank_reference
WHERE r.programme_id = %(programme_id)s AND r.bank_reference = %(bank_reference)s
"""


async def find_receipt(pool: Pool, receipt_id: UUID) -> Receipt | None:
    """The receipt of that id, if there is one."""
    return await read_row(pool, Receipt, FIND_RECEIPT, {"id": receipt_id})


async def list_receipts(pool: Pool, customer_id: UUID | None, before: UUID | None, limit: int) -> Page[Receipt, UUID]:
    """A page of receipts, the latest first, from those before ``before``; of one customer unless it is None."""
    where = {"customer_id": customer_id, "before": before, "limit": limit + 1}
    found = await read_rows(pool, Receipt, RECEIPTS, where)
    return page_of([(each.id, each) for each in found], limit)


async def receipt_under(pool: Pool, programme_id: UUID, bank_reference: str) -> FirstRecorded | None:
    """How a programme's bank reference was recorded, if it was."""
    where = {"programme_id": programme_id, "bank_reference": bank_reference}
    async with pool.connection() as connection:
        row = await (await connection.execute(UNDER_REFERENCE, where)).fetchone()
    return None if row is None else FirstRecorded(row[0], row[1], row[2], row[3].encode())
