"""Statements and their lines: written once, read page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from florin.domain.paging import Page, page_of
from florin.domain.statement_line import Basis, Direction, EntryStatus, LineKind
from florin.storage.connect import Connection, Pool
from florin.storage.read_rows import read_rows

LINE_TYPES: Final = (
    *("uuid", "uuid", "uuid", "uuid", "int8", "int8", "text", "text", "text", "int8", "int8", "text", "date", "date"),
    *("timestamptz", "text", "text", "text", "text", "text[]", "bytea", "text", "text"),
)
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
    """A line; ``details_encrypted`` are sealed.

    ``net_minor`` is what it adds to what the other side owes us, worked out by the schema when it is written.
    """

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
    net_minor: int = 0


_STATEMENT_COLUMNS: Final = StatementRow.__slots__
_WRITTEN: Final = len(LineRow._fields) - 1  # all but the last, which the schema works out

COPY_LINES: Final = f"COPY statement_line ({', '.join(LineRow._fields[:_WRITTEN])}) FROM STDIN (FORMAT BINARY)"
INSERT_STATEMENT: Final = f"""
INSERT INTO statement ({", ".join(_STATEMENT_COLUMNS)})
VALUES ({", ".join(f"%({each})s" for each in _STATEMENT_COLUMNS)})
"""  # noqa: S608 (the columns are the names of our own fields)
STATEMENTS: Final = f"""
SELECT {", ".join(_STATEMENT_COLUMNS)} FROM statement WHERE file_id = %(file_id)s ORDER BY position LIMIT %(limit)s
"""  # noqa: S608 (as above)
LINES: Final = f"""
SELECT {", ".join(LineRow._fields)} FROM statement_line
WHERE file_id = %(file_id)s AND position > %(after)s ORDER BY position LIMIT %(limit)s
"""  # noqa: S608 (as above)


async def write_lines(connection: Connection, lines: Sequence[LineRow]) -> None:
    """Write lines of statements that are written by the end of the transaction."""
    async with connection.cursor() as cursor, cursor.copy(COPY_LINES.encode()) as copy:
        copy.set_types(LINE_TYPES)
        for line in lines:
            await copy.write_row(line[:_WRITTEN])


async def write_statement(connection: Connection, statement: StatementRow) -> None:
    """Write a statement; the schema compares its balances once more."""
    await connection.execute(INSERT_STATEMENT.encode(), _columns(statement))


async def taken_in_before(connection: Connection, statement: StatementRow, form: str, *, one_a_day: bool) -> str | None:
    """The name of a file that has the same statement, or, where there is ``one_a_day``, one of the same day."""
    query = SAME_DAY if one_a_day else SAME_STATEMENT
    row = await (await connection.execute(query, {**_columns(statement), "format": form})).fetchone()
    return None if row is None else str(row[0])


async def statements_of(pool: Pool, file_id: UUID, limit: int) -> list[StatementRow]:
    """The first statements of a file."""
    return await read_rows(pool, StatementRow, STATEMENTS, {"file_id": file_id, "limit": limit})


async def lines_of(pool: Pool, file_id: UUID, after: int, limit: int) -> Page[LineRow, int]:
    """A page of the lines of a file in the order in which it has them, after a position."""
    where = {"file_id": file_id, "after": after, "limit": limit + 1}
    found = await read_rows(pool, LineRow, LINES, where)
    return page_of([(each.position, each) for each in found], limit)


def _columns(statement: StatementRow) -> dict[str, Any]:
    return {name: getattr(statement, name) for name in _STATEMENT_COLUMNS}
