"""Lines and entries that no run has matched, for people who look for what belongs to one of them."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg.rows import class_row

from florin.storage.connect import Pool

MOST: Final = 200
"""How many of the other side are looked at: those of the nearest days."""

_LINES: Final[LiteralString] = """
SELECT l.id AS line_id, NULL::uuid AS journal_id, NULL::smallint AS position, l.account_code, l.owner_id, l.currency,
       l.direction, l.amount_minor, l.booked_on AS day,
       array_remove(l.mentions || ARRAY[l.key, l.origin_key, l.other_key], NULL) AS words
FROM unmatched_line u JOIN line_for_the_book l ON l.id = u.line_id
WHERE u.relation = 'book'
"""
_ITEMS: Final[LiteralString] = """
SELECT NULL::uuid AS line_id, i.journal_id, i.position, i.account_code, i.owner_id, i.currency, i.direction,
       i.amount_minor, i.business_date AS day, array_remove(ARRAY[i.key, i.other_key], NULL) AS words
FROM unmatched_item u JOIN book_item i USING (journal_id, position, account_code)
"""
_OF_ACCOUNT: Final[LiteralString] = (
    "account_code = %(account_code)s AND owner_id = %(owner_id)s AND currency = %(currency)s"
)
LINE: Final[LiteralString] = _LINES + " AND l.id = %(line_id)s"
ITEM: Final[LiteralString] = (
    _ITEMS + " WHERE i.journal_id = %(journal_id)s AND i.account_code = %(account_code)s ORDER BY i.position LIMIT 1"
)
NEAREST_ITEMS: Final[LiteralString] = (
    _ITEMS + f" WHERE {_OF_ACCOUNT} ORDER BY abs(i.business_date - %(day)s), 2, 3 LIMIT %(most)s"
)
NEAREST_LINES: Final[LiteralString] = (
    _LINES + f" AND {_OF_ACCOUNT} ORDER BY abs(l.booked_on - %(day)s), 1 LIMIT %(most)s"
)


@dataclass(frozen=True, slots=True)
class OpenSide:
    """A line (``line_id``) or an entry (``journal_id``, ``position``) that nothing was found for.

    ``day`` is when it was booked, ``words`` are references of it and, of a line, what its text mentions.
    """

    line_id: UUID | None
    journal_id: UUID | None
    position: int | None
    account_code: int
    owner_id: UUID
    currency: str
    direction: str
    amount_minor: int
    day: date
    words: list[str]


async def open_line_of(pool: Pool, line_id: UUID) -> OpenSide | None:
    """The line, if no run has matched it."""
    return next(iter(await _read(pool, LINE, {"line_id": line_id})), None)


async def open_item_of(pool: Pool, journal_id: UUID, account_code: int) -> OpenSide | None:
    """The journal's entry on an account, if no run has matched it."""
    return next(iter(await _read(pool, ITEM, {"journal_id": journal_id, "account_code": account_code})), None)


async def nearest_to(pool: Pool, side: OpenSide) -> list[OpenSide]:
    """What is open on the other side of the same account, that of the nearest days first."""
    where = {name: getattr(side, name) for name in ("account_code", "owner_id", "currency", "day")}
    return await _read(pool, NEAREST_ITEMS if side.journal_id is None else NEAREST_LINES, {**where, "most": MOST})


async def _read(pool: Pool, query: LiteralString, where: dict[str, Any]) -> list[OpenSide]:
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(OpenSide)) as rows:
        return await (await rows.execute(query, where)).fetchall()
