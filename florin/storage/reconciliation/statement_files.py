"""Files of statements: their bytes as they came, and what became of them."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import class_row

from florin.crypto.envelope import Envelope
from florin.domain.paging import Page, page_of
from florin.domain.people import Actor
from florin.domain.statement_file import FileFormat, FileProblem, FileState
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.long_work import long_transaction
from florin.storage.read_rows import read_rows

PART_BYTES: Final = 1 << 20
"""How many bytes of a file are packed and sealed at once."""

_FAST: Final = 1

_FILES: Final = """
SELECT id, counterparty_id, format, name, sha256, size_bytes, day, state, given_by, given_at, read_at, problem,
    problem_line, problem_detail, statements, lines
FROM statement_file
"""
FIND: Final = _FILES + "WHERE id = %(id)s"
# A file of nothing is the same on any day and for anybody: then it is known only with its counterparty and day.
FIND_SAME: Final = (
    _FILES
    + """
WHERE sha256 = %(sha256)s
  AND (lines > 0 OR (counterparty_id = %(counterparty_id)s AND day IS NOT DISTINCT FROM %(day)s))
ORDER BY lines DESC LIMIT 1
"""
)
PAGE: Final = (
    _FILES
    + """
WHERE (%(counterparty_id)s::uuid IS NULL OR counterparty_id = %(counterparty_id)s)
  AND (%(state)s::text IS NULL OR state = %(state)s)
  AND (%(before)s::uuid IS NULL OR id < %(before)s)
ORDER BY id DESC LIMIT %(limit)s
"""
)
WAITING: Final = "SELECT id FROM statement_file WHERE state = 'received' ORDER BY id LIMIT 100"
INSERT: Final = """
INSERT INTO statement_file (id, counterparty_id, format, name, sha256, size_bytes, day, state, given_by, given_person,
    given_at)
VALUES (%(id)s, %(counterparty_id)s, %(format)s, %(name)s, %(sha256)s, %(size_bytes)s, %(day)s, 'received',
    %(given_by)s, %(given_person)s, %(given_at)s)
ON CONFLICT DO NOTHING
"""
INSERT_PART: Final = """
INSERT INTO statement_file_part (file_id, position, content_encrypted) VALUES (%(file_id)s, %(position)s, %(content)s)
"""
READ_PART: Final = """
SELECT content_encrypted FROM statement_file_part WHERE file_id = %(file_id)s AND position = %(position)s
"""
LOCK_WAITING: Final = _FILES + "WHERE id = %(id)s AND state = 'received' FOR UPDATE SKIP LOCKED"
TAKEN_IN: Final = """
UPDATE statement_file SET state = 'taken_in', read_at = %(now)s, statements = %(statements)s, lines = %(lines)s
WHERE id = %(id)s
"""
QUARANTINED: Final = """
UPDATE statement_file
SET state = 'quarantined', read_at = %(now)s, problem = %(code)s, problem_line = %(line)s, problem_detail = %(detail)s
WHERE id = %(id)s
"""
READ_AGAIN: Final = """
UPDATE statement_file
SET state = 'received', format = %(format)s, day = %(day)s, read_at = NULL, problem = NULL, problem_line = NULL,
    problem_detail = NULL
WHERE id = %(id)s AND state = 'quarantined'
"""


@dataclass(frozen=True, slots=True)
class StatementFile:
    """A file: whose, of which format, of which day if that was said, where it stands and what is wrong with it."""

    id: UUID
    counterparty_id: UUID
    format: FileFormat
    name: str
    sha256: bytes
    size_bytes: int
    day: date | None
    state: FileState
    given_by: UUID | None
    given_at: datetime
    read_at: datetime | None
    problem: str | None
    problem_line: int | None
    problem_detail: str | None
    statements: int
    lines: int

    def __post_init__(self) -> None:
        """The driver gives texts for what are choices."""
        object.__setattr__(self, "format", FileFormat(self.format))
        object.__setattr__(self, "state", FileState(self.state))


async def same_file(
    connection: Connection, sha256: bytes, counterparty_id: UUID, day: date | None
) -> StatementFile | None:
    """The file that has the same bytes, if one has come before."""
    where = {"sha256": sha256, "counterparty_id": counterparty_id, "day": day}
    return await _one(connection, FIND_SAME, where)


async def keep_file(
    pool: Pool, file: StatementFile, actor: Actor | None, parts: Iterable[bytes], seal: Envelope
) -> StatementFile:
    """Keep a file with its bytes, and return it: with an earlier id when the same bytes have come before."""
    async with long_transaction(pool) as connection:
        known = await same_file(connection, file.sha256, file.counterparty_id, file.day)
        if known is not None:
            return known
        row: dict[str, Any] = {name: getattr(file, name) for name in StatementFile.__slots__}
        row["given_person"] = None if actor is None else actor.person_id
        if (await connection.execute(INSERT, row)).rowcount == 0:
            known = await same_file(connection, file.sha256, file.counterparty_id, file.day)
            return file if known is None else known
        for position, part in enumerate(parts):
            # In a thread of its own: a serving process has tills that wait.
            content = await asyncio.to_thread(_packed, part, seal, _place(file.id, position))
            await connection.execute(INSERT_PART, {"file_id": file.id, "position": position, "content": content})
        told = {"name": file.name, "sha256": file.sha256.hex(), "size_bytes": file.size_bytes}
        author = Author(None if actor is None else actor.session_id, file.given_at)
        await record(connection, author, "statement_file.received", file.id, told)
    return file


async def parts_of(connection: Connection, file_id: UUID, seal: Envelope) -> AsyncIterator[bytes]:
    """The bytes of a file as they came, part by part."""
    position = 0
    while True:
        row = await (await connection.execute(READ_PART, {"file_id": file_id, "position": position})).fetchone()
        if row is None:
            return
        yield zlib.decompress(seal.open(row[0], _place(file_id, position)))
        position += 1


async def find_file(pool: Pool, file_id: UUID) -> StatementFile | None:
    """The file of that id, if there is one."""
    async with pool.connection() as connection:
        return await _one(connection, FIND, {"id": file_id})


async def list_files(
    pool: Pool, counterparty_id: UUID | None, state: FileState | None, before: UUID | None, limit: int
) -> Page[StatementFile, UUID]:
    """A page of files, the latest first, from those before ``before``; of one counterparty or in one state if asked."""
    where = {"counterparty_id": counterparty_id, "state": state, "before": before, "limit": limit + 1}
    found = await read_rows(pool, StatementFile, PAGE, where)
    return page_of([(each.id, each) for each in found], limit)


async def waiting_files(pool: Pool) -> list[UUID]:
    """Files that have been received and not been read yet, the oldest first."""
    async with pool.connection() as connection:
        return [file_id for (file_id,) in await (await connection.execute(WAITING)).fetchall()]


async def read_once(
    pool: Pool, file_id: UUID, now: datetime, take_in: Callable[[Connection, StatementFile], Awaitable[None]]
) -> None:
    """Have a file read by ``take_in``, of whose writing nothing is left where it ends in a `FileProblem`.

    Nothing happens to a file that was read before, or is being read by somebody else.
    """
    async with long_transaction(pool) as connection:
        file = await _one(connection, LOCK_WAITING, {"id": file_id})
        if file is None:
            return
        try:
            async with connection.transaction():
                await take_in(connection, file)
        except FileProblem as problem:
            told = {"code": problem.code, "line": problem.line_number, "detail": problem.detail}
            await connection.execute(QUARANTINED, {"id": file.id, "now": now, **told})


async def write_taken_in(connection: Connection, file_id: UUID, statements: int, lines: int, now: datetime) -> None:
    """Write that a file was taken in whole."""
    row = {"id": file_id, "statements": statements, "lines": lines, "now": now}
    await connection.execute(TAKEN_IN, row)


async def read_again(pool: Pool, file_id: UUID, form: FileFormat, day: date | None, author: Author) -> bool:
    """Have a file that was kept apart read once more, perhaps as another format; False when it is not kept apart."""
    async with transaction(pool) as connection:
        row = {"id": file_id, "format": form, "day": day}
        if (await connection.execute(READ_AGAIN, row)).rowcount == 0:
            return False
        await record(connection, author, "statement_file.read_again", file_id, {"format": form, "day": str(day)})
    return True


async def _one(connection: Connection, query: str, where: dict[str, Any]) -> StatementFile | None:
    async with connection.cursor(row_factory=class_row(StatementFile)) as files:
        return await (await files.execute(query, where)).fetchone()


def _packed(part: bytes, seal: Envelope, place: bytes) -> bytes:
    return seal.seal(zlib.compress(part, _FAST), place)


def _place(file_id: UUID, position: int) -> bytes:
    return file_id.bytes + position.to_bytes(4)
