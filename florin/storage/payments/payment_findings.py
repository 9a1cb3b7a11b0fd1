"""Findings about payments: opened once each, read by whoever looks into them, annotated, and closed once."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.domain.paging import Page, page_of
from florin.domain.payment_finding import FindingKind, PaymentFinding
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Pool, transaction
from florin.storage.read_rows import read_row, read_rows

OPEN_FINDING: Final = """
INSERT INTO payment_finding (id, kind, provider, reference, payment_id, expected_minor, expected_unit, found_minor,
                             found_unit, detail, opened_at)
VALUES (%(id)s, %(kind)s, %(provider)s, %(reference)s, %(payment_id)s, %(expected_minor)s, %(expected_unit)s,
        %(found_minor)s, %(found_unit)s, %(detail)s, %(opened_at)s)
ON CONFLICT ON CONSTRAINT payment_finding_is_opened_once DO NOTHING
"""
FINDINGS: Final = """
SELECT f.id, f.kind, f.provider, f.reference, f.payment_id, f.expected_minor, f.expected_unit, f.found_minor,
       f.found_unit, f.detail, f.opened_at, n.at AS closed_at
FROM payment_finding f LEFT JOIN payment_finding_note n ON n.finding_id = f.id AND n.closes
"""
FIND: Final = FINDINGS + "WHERE f.id = %(id)s"
PAGE: Final = (
    FINDINGS
    + """
WHERE (%(kind)s::text IS NULL OR f.kind = %(kind)s) AND (%(before)s::uuid IS NULL OR f.id < %(before)s)
  AND (%(is_open)s::boolean IS NULL OR (n.at IS NULL) = %(is_open)s)
ORDER BY f.id DESC LIMIT %(limit)s
"""
)
NOTES: Final = """
SELECT id, closes, text_encrypted, login_id, at FROM payment_finding_note WHERE finding_id = %(id)s ORDER BY id
"""
# Of two who close it at once, one has the last word.
ADD_NOTE: Final = """
INSERT INTO payment_finding_note (id, finding_id, closes, text_encrypted, login_id, at)
SELECT %(id)s, %(finding_id)s, %(closes)s, %(text_encrypted)s, %(login_id)s, %(at)s
WHERE NOT EXISTS (SELECT FROM payment_finding_note WHERE finding_id = %(finding_id)s AND closes)
ON CONFLICT (finding_id) WHERE closes DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class SealedNote:
    """A note to a finding as it is kept."""

    id: UUID
    closes: bool
    text_encrypted: bytes | None
    login_id: UUID
    at: datetime


async def open_finding(pool: Pool, finding: PaymentFinding) -> None:
    """Write a finding down; one that was opened before stays as it was."""
    async with transaction(pool) as connection:
        await connection.execute(OPEN_FINDING, asdict(finding))


async def find_finding(pool: Pool, finding_id: UUID) -> PaymentFinding | None:
    """The finding of that id, if there is one."""
    return await read_row(pool, PaymentFinding, FIND, {"id": finding_id})


async def notes_of(pool: Pool, finding_id: UUID) -> list[SealedNote]:
    """What was written to a finding, in the order of time."""
    return await read_rows(pool, SealedNote, NOTES, {"id": finding_id})


async def add_note(pool: Pool, finding_id: UUID, note: SealedNote, author: Author) -> bool:
    """Write a note to a finding, with its audit row; False when the finding is closed."""
    async with transaction(pool) as connection:
        if (await connection.execute(ADD_NOTE, {**asdict(note), "finding_id": finding_id})).rowcount == 0:
            return False
        action = "payment_finding.closed" if note.closes else "payment_finding.annotated"
        await record(connection, author, action, finding_id, {"note_id": note.id.hex})
        return True


async def list_findings(
    pool: Pool, kind: FindingKind | None, before: UUID | None, limit: int, *, is_open: bool | None = None
) -> Page[PaymentFinding, UUID]:
    """A page of findings, the latest first, from those before ``before``; of one kind, open or closed, unless None."""
    where = {"kind": kind, "before": before, "limit": limit + 1, "is_open": is_open}
    found = await read_rows(pool, PaymentFinding, PAGE, where)
    return page_of([(each.id, each) for each in found], limit)
