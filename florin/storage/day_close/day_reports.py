"""The archived reports of closed days: bytes that were drawn up once, sealed, with their digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.crypto.envelope import Envelope
from florin.domain.day_close import Checklist
from florin.storage.connect import Pool, transaction

# What is there stays, whoever makes it again.
INSERT: Final = """
INSERT INTO day_report (programme_id, business_date, edition, name, sha256, size_bytes, content_encrypted)
VALUES (%(programme_id)s, %(business_date)s, %(edition)s, %(name)s, %(sha256)s, %(size_bytes)s,
        %(content_encrypted)s)
ON CONFLICT DO NOTHING
"""
OF_DAY: Final = """
SELECT programme_id, business_date, edition, name, sha256, size_bytes FROM day_report
WHERE programme_id = %(programme_id)s AND business_date = %(business_date)s ORDER BY edition DESC, name
"""
CONTENT: Final = """
SELECT content_encrypted FROM day_report
WHERE programme_id = %(programme_id)s AND business_date = %(business_date)s AND edition = %(edition)s
  AND name = %(name)s
"""


@dataclass(frozen=True, slots=True)
class DayReport:
    """An archived report, told apart by day, edition of the close and name, such as ``trial_balance.json``."""

    programme_id: UUID
    business_date: date
    edition: int
    name: str
    sha256: bytes
    size_bytes: int

    @property
    def row_id(self) -> bytes:
        """What its bytes are sealed for."""
        place = f"{self.business_date.isoformat()}/{self.edition}/{self.name}"
        return self.programme_id.bytes + place.encode()


async def archive_reports(
    pool: Pool, envelope: Envelope, checklist: Checklist, files: Sequence[tuple[str, bytes]]
) -> None:
    """Keep the reports of a day for good, by name, all or nothing; what is kept already stays as it is."""
    day = (checklist.programme_id, checklist.business_date, checklist.edition)
    async with transaction(pool) as connection:
        for name, content in files:
            report = DayReport(*day, name, sha256(content).digest(), len(content))
            row = {each: getattr(report, each) for each in DayReport.__dataclass_fields__}
            await connection.execute(INSERT, {**row, "content_encrypted": envelope.seal(content, report.row_id)})


async def reports_of_day(pool: Pool, programme_id: UUID, business_date: date) -> Sequence[DayReport]:
    """What is archived of a day; of one that was reopened the latest edition first."""
    day = {"programme_id": programme_id, "business_date": business_date}
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(DayReport)) as cursor:
        await cursor.execute(OF_DAY, day)
        return await cursor.fetchall()


async def content_of(pool: Pool, envelope: Envelope, report: DayReport) -> bytes:
    """The bytes of a report; `LookupError` where it is not archived."""
    row = {each: getattr(report, each) for each in DayReport.__dataclass_fields__}
    async with pool.connection() as connection:
        found = await (await connection.execute(CONTENT, row)).fetchone()
    if found is None:
        raise LookupError(f"{report.name} of {report.business_date} is not archived")
    return envelope.open(found[0], report.row_id)
