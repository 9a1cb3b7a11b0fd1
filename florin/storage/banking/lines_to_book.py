"""Lines of banks' statements that nothing has used yet, and what each has done once it has been looked at."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.statement_line import Direction, LineKind
from florin.storage.connect import Pool, transaction

LINE_KEY: Final = "line "
"""With a line's id: the key under which it posts. No client can use it, because theirs hold no space."""

SUSPENSE_KEY: Final = "line in suspense "

FILES: Final = """
SELECT f.id FROM statement_file f JOIN counterparty c ON c.id = f.counterparty_id AND c.kind = 'bank'
WHERE f.state = 'taken_in' AND f.booked_at IS NULL ORDER BY f.read_at, f.id
"""
# What was posted for a line before its process ended is found by the line's keys: so it is never posted again, whatever
# else it would be for by now. A line that people have a break about is theirs.
LINES: Final = """
SELECT l.id, l.position, l.counterparty_id, c.programme_id, c.account_number, c.date_window_days, l.kind, l.direction,
       l.their_type, l.amount_minor, l.currency, l.booked_on, l.key, l.other_key, l.mentions, l.details_encrypted,
       EXISTS (SELECT FROM statement_line o WHERE o.counterparty_id = l.counterparty_id AND o.other_key = l.other_key
               AND o.id <> l.id) AS shares_reference,
       posted.verb AS posted_verb, posted.journal_id AS posted_journal_id
FROM statement_line l JOIN counterparty c ON c.id = l.counterparty_id AND c.kind = 'bank'
LEFT JOIN operation posted ON posted.caller_id = c.programme_id AND posted.decline IS NULL
    AND posted.key IN (%(line_key)s || replace(l.id::text, '-', ''), %(suspense_key)s || replace(l.id::text, '-', ''))
WHERE l.file_id = %(file_id)s AND l.position > %(after)s AND l.status = 'done'
  AND NOT EXISTS (SELECT FROM booked_line b WHERE b.line_id = l.id)
  AND NOT EXISTS (SELECT FROM matched m WHERE m.relation = 'book' AND m.line_id = l.id)
  AND NOT EXISTS (SELECT FROM break k WHERE k.line_id = l.id
                  AND k.state NOT IN ('open', 'investigating', 'auto_closed'))
ORDER BY l.position LIMIT %(limit)s
"""
MARK: Final = """
INSERT INTO booked_line (line_id, outcome, reason, journal_id, booked_at)
VALUES (%(line_id)s, %(outcome)s, %(reason)s, %(journal_id)s, %(now)s)
ON CONFLICT (line_id) DO NOTHING
"""
MARK_FILE: Final = "UPDATE statement_file SET booked_at = %(now)s WHERE id = %(id)s AND booked_at IS NULL"

# A payout that a provider has told of: its number in the line, or its amount in the days around it.
TOLD_OF: Final = """
SELECT EXISTS (
    SELECT FROM provider_total t
    JOIN counterparty c ON c.id = t.counterparty_id AND c.programme_id = %(programme_id)s
    WHERE t.relation = 'payouts' AND t.direction = 'out' AND t.currency = %(currency)s
      AND (t.key = ANY(%(mentions)s)
           OR (t.amount_minor = %(amount_minor)s AND abs(t.booked_on - %(booked_on)s) <= %(date_window_days)s)))
"""
# The longest that a provider of the programme may be late with saying that a credit is its payout.
LAG: Final = "SELECT max(lag_days) FROM counterparty WHERE kind = 'provider' AND programme_id = %(programme_id)s"


@dataclass(frozen=True, slots=True)
class LineToBook:
    """A line, and whose account it is on; ``posted_journal_id`` is what was posted for it and not marked."""

    id: UUID
    position: int
    counterparty_id: UUID
    programme_id: UUID
    account_number: str
    date_window_days: int
    kind: LineKind
    direction: Direction
    their_type: str
    amount_minor: int
    currency: str
    booked_on: date
    key: str | None
    other_key: str | None
    mentions: list[str]
    details_encrypted: bytes | None
    shares_reference: bool
    posted_verb: str | None
    posted_journal_id: UUID | None


async def files_to_book(pool: Pool) -> list[UUID]:
    """The files of banks whose lines have not all been looked at, in the order in which they came."""
    async with pool.connection() as connection:
        return [row[0] for row in await (await connection.execute(FILES)).fetchall()]


async def lines_to_book(pool: Pool, file_id: UUID, after: int, limit: int) -> list[LineToBook]:
    """Lines of a file after a position that nothing has used yet, in the order in which it has them."""
    where = {
        "file_id": file_id,
        "after": after,
        "limit": limit,
        "line_key": LINE_KEY,
        "suspense_key": SUSPENSE_KEY,
    }
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(LineToBook)) as lines:
        found = await (await lines.execute(LINES, where)).fetchall()
    return [replace(each, kind=LineKind(each.kind), direction=Direction(each.direction)) for each in found]


async def mark_line(
    pool: Pool, line_id: UUID, outcome: str, reason: str | None, journal_id: UUID | None, now: datetime
) -> None:
    """Write what a line has done, once."""
    row = {"line_id": line_id, "outcome": outcome, "reason": reason, "journal_id": journal_id, "now": now}
    async with transaction(pool) as connection:
        await connection.execute(MARK, row)


async def mark_file(pool: Pool, file_id: UUID, now: datetime) -> None:
    """Write that all lines of a file have been looked at."""
    async with transaction(pool) as connection:
        await connection.execute(MARK_FILE, {"id": file_id, "now": now})


async def is_payout_of_provider(pool: Pool, line: LineToBook) -> bool:
    """Whether a credit names a payout that a provider has told of, or is of its amount and days."""
    where = {name: getattr(line, name) for name in ("programme_id", "currency", "mentions", "amount_minor")}
    where |= {"booked_on": line.booked_on, "date_window_days": line.date_window_days}
    async with pool.connection() as connection:
        row = await (await connection.execute(TOLD_OF, where)).fetchone()
    return row is not None and bool(row[0])


async def longest_lag(pool: Pool, programme_id: UUID) -> int | None:
    """The banking days by which a provider of the programme may be late; None without providers."""
    async with pool.connection() as connection:
        row = await (await connection.execute(LAG, {"programme_id": programme_id})).fetchone()
    return None if row is None else row[0]
