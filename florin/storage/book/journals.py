"""Reading journals: the transfers of one business event, and the operation that asked for it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import class_row

from florin.storage.connect import Pool

TRANSFERS: Final = """
SELECT position, programme_id, event, unit, amount_minor, debit_code, debit_owner, credit_code, credit_owner,
       strict_sequence, balance_after_minor, business_date, event_at, posted_at, reverses_journal_id
FROM transfer WHERE journal_id = %(journal_id)s
ORDER BY position
"""

# The time is that of the journal's transfers: it finds the few pages of the operation without an index of journals.
OPERATION: Final = """
SELECT verb, reference, actor_id, terminal_id, request_id, answer FROM operation
WHERE posted_at = %(posted_at)s AND journal_id = %(journal_id)s
"""


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One transfer of a journal; amounts in minor units."""

    position: int
    programme_id: UUID
    event: str
    unit: str
    amount_minor: int
    debit_code: int
    debit_owner: UUID
    credit_code: int
    credit_owner: UUID
    strict_sequence: int | None
    balance_after_minor: int | None
    business_date: date
    event_at: datetime
    posted_at: datetime
    reverses_journal_id: UUID | None


@dataclass(frozen=True, slots=True)
class AskedFor:
    """The operation behind a journal: which verb, under which reference, and with which key or session."""

    verb: str
    reference: str | None
    actor_id: UUID
    terminal_id: UUID | None
    request_id: str | None
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Journal:
    """A business event in the book: at least one transfer, and the operation that asked for it."""

    id: UUID
    lines: tuple[JournalLine, ...]
    operation: AskedFor | None


async def read_journal(pool: Pool, journal_id: UUID) -> Journal | None:
    """The journal of that id; None when nothing was posted under it."""
    async with pool.connection() as connection:
        async with connection.cursor(row_factory=class_row(JournalLine)) as cursor:
            lines = await (await cursor.execute(TRANSFERS, {"journal_id": journal_id})).fetchall()
        if not lines:
            return None
        async with connection.cursor(row_factory=class_row(AskedFor)) as cursor:
            await cursor.execute(OPERATION, {"journal_id": journal_id, "posted_at": lines[0].posted_at})
            return Journal(journal_id, tuple(lines), await cursor.fetchone())
