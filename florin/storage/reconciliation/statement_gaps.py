"""Gaps between statements that ought to follow each other: by their numbers, or by their balances.

A gap is found when the later statement has come and the one between them has not. When that comes too, the gap is
filled; nothing of it is forgotten.
"""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from florin.storage.connect import Connection
from florin.storage.fresh_ids import fresh_ids

# Neighbours are compared from the last statement before the new ones on; what lies further back has been compared.
_NEIGHBOURS: Final = """
WITH ordered AS (
    SELECT s.id, s.sequence, s.closing_minor, s.to_on, lead(s.id) OVER w AS next_id,
        lead(s.sequence) OVER w AS next_sequence, lead(s.opening_minor) OVER w AS next_opening_minor,
        lead(s.to_on) OVER w AS next_to_on
    FROM statement s
    WHERE s.counterparty_id = %(counterparty_id)s AND s.basis = 'funds'
      AND (s.opening_minor IS NOT NULL OR s.sequence IS NOT NULL)
      AND s.to_on >= coalesce(
          (SELECT max(b.to_on) FROM statement b WHERE b.counterparty_id = s.counterparty_id AND b.basis = 'funds'
               AND b.to_on < %(since)s AND (b.opening_minor IS NOT NULL OR b.sequence IS NOT NULL)),
          %(since)s)
    WINDOW w AS (
        ORDER BY s.to_on, s.sequence NULLS FIRST, s.page NULLS FIRST, s.from_on, s.taken_in_at, s.position, s.id)
)
"""
FIND_GAPS: Final = (
    _NEIGHBOURS
    + """
SELECT o.id, o.next_id, g.kind, g.expected, g.found
FROM ordered o CROSS JOIN LATERAL (VALUES
    ('balance', o.closing_minor, o.next_opening_minor),
    ('sequence', o.sequence + 1, CASE WHEN %(is_numbered)s AND o.next_sequence <> o.sequence AND NOT
        (o.next_sequence = 1 AND extract(year FROM o.next_to_on) > extract(year FROM o.to_on)) THEN o.next_sequence END)
) AS g (kind, expected, found)
WHERE o.next_id IS NOT NULL AND g.expected <> g.found
"""
)
WRITE_GAP: Final = """
INSERT INTO statement_gap (id, counterparty_id, kind, after_id, before_id, expected, found, found_at)
VALUES (%(id)s, %(counterparty_id)s, %(kind)s, %(after_id)s, %(before_id)s, %(expected)s, %(found)s, %(now)s)
ON CONFLICT ON CONSTRAINT a_gap_is_found_once DO NOTHING
"""
FILL_GAPS: Final = (
    _NEIGHBOURS
    + """
UPDATE statement_gap g SET filled_at = %(now)s
FROM ordered o
WHERE g.counterparty_id = %(counterparty_id)s AND g.filled_at IS NULL
  AND g.after_id = o.id AND g.before_id IS DISTINCT FROM o.next_id
"""
)


async def compare_neighbours(
    connection: Connection, counterparty_id: UUID, since: date, now: datetime, *, is_numbered: bool
) -> int:
    """Write down the gaps between statements of a counterparty from a day on, and which are filled; return the new."""
    where = {"counterparty_id": counterparty_id, "since": since, "now": now, "is_numbered": is_numbered}
    await connection.execute(FILL_GAPS, where)
    found = await (await connection.execute(FIND_GAPS, where)).fetchall()
    written = 0
    for gap_id, (after_id, before_id, kind, expected, wrong) in zip(fresh_ids(len(found)), found, strict=True):
        row = {"after_id": after_id, "before_id": before_id, "kind": kind, "expected": expected, "found": wrong}
        written += (await connection.execute(WRITE_GAP, {**where, **row, "id": gap_id})).rowcount
    return written
