"""Statements and their lines: written once, read page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.paging import Page, page_of
from florin.domain.statement_line import Basis, Direction, EntryStatus, LineKind
from florin.storage.connect import Connection, Pool

COPY_LINES: Final = """
COPY statement_line (id, file_id, statement_id, counterparty_id, position, line_number, basis, kind, direction,
    amount_minor, fee_minor, currency, booked_on, value_on, event_at, key, origin_key, other_key, payout_key, mentions,
    details_encrypted, status, their_type)
FROM STDIN (FORMAT BINARY)
"""
LINE_TYPES: Final = (
    *("uuid", "uuid", "uuid", "uuid", "int8", "int8", "text", "text", "text", "int8", "int8", "text", "date", "date"),
    *("timestamptz", "text", "text", "text", "text", "text[]", "bytea", "text", "text"),
)
INSERT_STATEMENT: Final = """
INSERT INTO statement (id, file_id, position, counterparty_id, basis, reference, sequence, page, is_last_page, currency,
    from_on, to_on, opening_minor, closing_minor, lines, in_minor, out_minor, taken_in_at)
VALUES (%(id)s, %(file_id)s, %(position)s, %(counterparty_id)s, %(basis)s, %(reference)s, %(sequence)s, %(page)s,
    %(is_last_page)s, %(currency)s, %(from_on)s, %(to_on)s, %(opening_minor)s, %(closing_minor)s, %(lines)s,
    %(in_minor)s, %(out_minor)s, %(taken_in_at)s)
"""
# A second file with other bytes and the same statement in it, as a bank sends when asked again.
SAME_STATEMENT: Final = """
SELECT f.name FROM statement s JOIN statement_file f ON f.id = s.file_id
WHERE s.counterparty_id = %(counterparty_id)s AND s.basis = %(basis)s AND s.currency = %(currency)s
  AND s.to_on = %(to_on)s AND s.from_on = %(from_on)s AND s.id <> %(id)s AND s.lines > 0
  AND (s.lines, s.in_minor, s.out_minor) = (%(lines)s, %(in_minor)s, %(out_minor)s)
  AND s.reference IS NOT DISTINCT FROM %(reference)s::text
  AND (s.sequence, s.page) IS NOT DISTINCT FROM (%(sequence)s::bigint, %(page)s::bigint)
  AND (s.opening_minor, s.closing_minor) IS NOT DISTINCT FROM (%(opening_minor)s::bigint, %(closing_minor)s::bigint)
LIMIT 1
"""
# Of a provider's day there is one bill of each kind.
SAME_DAY: Final = """
SELECT f.name FROM statement s JOIN statement_file f ON f.id = s.file_id
WHERE s.counterparty_id = %(counterparty_id)s AND f.format = %(format)s AND s.id <> %(id)s AND s.lines > 0
  AND s.to_on >= %(from_on)s AND s.from_on <= %(to_on)s
LIMIT 1
"""
STATEMENTS: Final = """
SELECT id, file_id, position, counterparty_id, basis, reference, sequence, page, is_last_page, currency, from_on, to_on,
    opening_minor, closing_minor, lines, in_minor, out_minor, taken_in_at
FROM statement WHERE file_id = %(file_id)s ORDER BY position LIMIT %(limit)s
"""
LINES: Final = """
SELECT id, statement_id, position, line_number, basis, kind, direction, amount_minor, fee_minor, net_minor, currency,
    booked_on, value_on, event_at, key, origin_key, other_key, payout_key, mentions, details_encrypted, status,
    their_type
FROM statement_line WHERE file_id = %(file_id)s AND position > %(after)s ORDER BY position LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement of a file, with what its lines come to."""

    id: UUID
    file_id: UUID
    position: int
    counterparty_id: UUID
    basis: Basis
    reference: str | None
    sequence: int | None
    page: int | None
    is_last_page: bool
    currency: str
    from_on: date
    to_on: date
    opening_minor: int | None
    closing_minor: int | None
    lines: int
    in_minor: int
    out_minor: int
    taken_in_at: datetime


class LineRow(NamedTuple):
    """A line as it is written; ``details_encrypted`` are sealed."""

    id: UUID
    file_id: UUID
    statement_id: UUID
    counterparty_id: UUID
    position: int
    line_number: int
    basis: Basis
    kind: LineKind
    direction: Direction
    amount_minor: int
    fee_minor: int
    currency: str
    booked_on: date
    value_on: date | None
    event_at: datetime | None
    key: str | None
    origin_key: str | None
    other_key: str | None
    payout_key: str | None
    mentions: list[str]
    details_encrypted: bytes | None
    status: EntryStatus
    their_type: str


@dataclass(frozen=True, slots=True)
class StoredLine:
    """A line as it is read again; what names people is still sealed."""

    id: UUID
    statement_id: UUID
    position: int
    line_number: int
    basis: Basis
    kind: LineKind
    direction: Direction
    amount_minor: int
    fee_minor: int
    net_minor: int
    currency: str
    booked_on: date
    value_on: date | None
    event_at: datetime | None
    key: str | None
    origin_key: str | None
    other_key: str | None
    payout_key: str | None
    mentions: list[str]
    details_encrypted: bytes | None
    status: EntryStatus
    their_type: str


async def write_lines(connection: Connection, lines: Sequence[LineRow]) -> None:
    """Write lines of statements that are written by the end of the transaction."""
    async with connection.cursor() as cursor, cursor.copy(COPY_LINES) as copy:
        copy.set_types(LINE_TYPES)
        for line in lines:
            await copy.write_row(line)


async def write_statement(connection: Connection, statement: StatementRow) -> None:
    """Write a statement; the schema compares its balances once more."""
    await connection.execute(INSERT_STATEMENT, {name: getattr(statement, name) for name in StatementRow.__slots__})


async def taken_in_before(connection: Connection, statement: StatementRow, form: str, *, one_a_day: bool) -> str | None:
    """The name of a file that has the same statement, or, where there is ``one_a_day``, one of the same day."""
    where = {name: getattr(statement, name) for name in StatementRow.__slots__}
    query = SAME_DAY if one_a_day else SAME_STATEMENT
    row = await (await connection.execute(query, {**where, "format": form})).fetchone()
    return None if row is None else str(row[0])


async def statements_of(pool: Pool, file_id: UUID, limit: int) -> list[StatementRow]:
    """The first statements of a file."""
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(StatementRow)) as rows:
        return await (await rows.execute(STATEMENTS, {"file_id": file_id, "limit": limit})).fetchall()


async def lines_of(pool: Pool, file_id: UUID, after: int, limit: int) -> Page[StoredLine, int]:
    """A page of the lines of a file in the order in which it has them, after a position."""
    where = {"file_id": file_id, "after": after, "limit": limit + 1}
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(StoredLine)) as rows:
        found = await (await rows.execute(LINES, where)).fetchall()
    return page_of([(each.position, each) for each in found], limit)
