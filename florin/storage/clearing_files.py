"""Clearing files that have been taken in: each once, by the digest of its bytes.

A file with sales belongs to the one merchant who sent it first. A file without any has the same bytes at all merchants.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.storage.connect import Pool, transaction

INSERT: Final = """
INSERT INTO clearing_file (sha256, id, name, merchant_id, lines, total_minor, taken_in_at)
VALUES (%(sha256)s, %(id)s, %(name)s, %(merchant_id)s, %(lines)s, %(total_minor)s, %(taken_in_at)s)
ON CONFLICT DO NOTHING
"""
READ: Final = """
SELECT sha256, id, name, merchant_id, lines, total_minor, taken_in_at, finished_at
FROM clearing_file WHERE sha256 = %(sha256)s AND (lines > 0 OR merchant_id = %(merchant_id)s)
"""
FINISH: Final = "UPDATE clearing_file SET finished_at = %(now)s WHERE id = %(id)s AND finished_at IS NULL"


@dataclass(frozen=True, slots=True)
class ClearingFile:
    """A file by the digest of its bytes; its id is part of its lines' idempotency keys. Totals in minor units."""

    sha256: bytes
    id: UUID
    name: str
    merchant_id: UUID
    lines: int
    total_minor: int
    taken_in_at: datetime
    finished_at: datetime | None = None


async def register_file(pool: Pool, file: ClearingFile) -> ClearingFile:
    """The file as it was registered first: now, or with an earlier id when the same bytes have come before.

    A file with sales may turn out to be another merchant's.
    """
    row = {name: getattr(file, name) for name in ClearingFile.__slots__}
    async with transaction(pool) as connection:
        await connection.execute(INSERT, row)
        async with connection.cursor(row_factory=class_row(ClearingFile)) as files:
            registered = await (await files.execute(READ, row)).fetchone()
    if registered is None:
        raise LookupError("a clearing file that was just registered is gone")
    return registered


async def finish_file(pool: Pool, file_id: UUID, now: datetime) -> None:
    """Write that every line of a file has been answered."""
    async with transaction(pool) as connection:
        await connection.execute(FINISH, {"id": file_id, "now": now})
