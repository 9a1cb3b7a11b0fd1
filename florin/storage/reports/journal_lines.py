"""The transfers of a span of days in the order of their journals, one by one however many there are."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.storage.connect import Connection
from florin.storage.reports.account_balances import ROWS_AT_ONCE

TRANSFERS: Final = """
SELECT journal_id, position, event, unit, amount_minor, debit_code, debit_owner, credit_code, credit_owner,
       business_date, event_at, posted_at, reverses_journal_id
FROM transfer
WHERE programme_id = %(programme_id)s AND business_date BETWEEN %(since)s AND %(through)s
ORDER BY business_date, journal_id, position
"""


@dataclass(frozen=True, slots=True)
class JournalTransfer:
    """A transfer with what its journal says."""

    journal_id: UUID
    position: int
    event: str
    unit: str
    amount_minor: int
    debit_code: int
    debit_owner: UUID
    credit_code: int
    credit_owner: UUID
    business_date: date
    event_at: datetime
    posted_at: datetime
    reverses_journal_id: UUID | None


async def stream_transfers(
    connection: Connection, programme_id: UUID, since: date, through: date
) -> AsyncIterator[JournalTransfer]:
    """The transfers of the business days from ``since`` through ``through``, those of a journal side by side."""
    asked = {"programme_id": programme_id, "since": since, "through": through}
    async with connection.cursor(row_factory=class_row(JournalTransfer)) as cursor:
        async for each in cursor.stream(TRANSFERS, asked, size=ROWS_AT_ONCE):
            yield each
