"""Counting the cards of an order by what has become of them: one pass over its cards and their accounts."""

from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from florin.domain.order_statement import CardCounts, CountedLine
from florin.storage.connect import Connection, Pool
from florin.storage.long_work import one_snapshot

# A successor that has not taken a place is nobody's card: it was never sold.
COUNT_CARDS: Final = """
WITH balance AS (
    SELECT l.line, c.status, c.denomination_minor, c.expires_on < %(today)s AS is_past,
           p.balance_minor + coalesce(b.balance_minor, 0) AS balance_minor
    FROM order_line l
    JOIN card c ON c.issue_id = l.issue_id AND c.sold_by IS NOT NULL
    JOIN strict_account p ON p.owner_id = c.id AND p.code = 2010
    LEFT JOIN strict_account b ON b.owner_id = c.id AND b.code = 2011
    WHERE l.order_id = %(order_id)s
), card_class AS (
    SELECT line, balance_minor, CASE status
        WHEN 'sold' THEN 'waiting' WHEN 'redeemed' THEN 'loaded' WHEN 'closing' THEN 'closed' WHEN 'active' THEN CASE
            WHEN balance_minor = 0 THEN 'used_up' WHEN is_past THEN 'expired'
            WHEN balance_minor < denomination_minor THEN 'partly_used' ELSE 'unused' END
        ELSE status END AS class
    FROM balance
)
SELECT l.line, p.name, l.denomination_minor,
       count(*) FILTER (WHERE class = 'waiting'), count(*) FILTER (WHERE class = 'unused'),
       count(*) FILTER (WHERE class = 'partly_used'), count(*) FILTER (WHERE class = 'used_up'),
       count(*) FILTER (WHERE class = 'loaded'), count(*) FILTER (WHERE class = 'expired'),
       count(*) FILTER (WHERE class = 'closed'), count(*) FILTER (WHERE class = 'voided'),
       count(*) FILTER (WHERE class = 'replaced'), coalesce(sum(c.balance_minor), 0)::bigint
FROM order_line l JOIN product p ON p.id = l.product_id LEFT JOIN card_class c ON c.line = l.line
WHERE l.order_id = %(order_id)s
GROUP BY l.line, p.name, l.denomination_minor ORDER BY l.line
"""
PAID: Final = """
SELECT used_minor, EXISTS (SELECT FROM order_recipient n WHERE n.order_id = o.id)
FROM corporate_order o WHERE o.id = %(order_id)s
"""
LINES: Final = """
SELECT line FROM order_line
WHERE order_id = %(order_id)s AND line >= %(line)s AND issue_id IS NOT NULL ORDER BY line
"""
# Whether a card was spent, loaded or is empty is its holder's business: here an activated card is an activated card.
READ_CARDS: Final = """
SELECT l.line, c.serial, c.last4,
       CASE WHEN c.status = 'sold' THEN 'waiting' WHEN c.status IN ('voided', 'replaced') THEN c.status
            ELSE 'activated' END,
       n.serial
FROM order_line l
JOIN card c ON c.issue_id = l.issue_id AND c.sold_by IS NOT NULL
LEFT JOIN card_replacement r ON r.old_card_id = c.id AND r.status = 'replaced'
LEFT JOIN card n ON n.id = r.new_card_id
WHERE l.order_id = %(order_id)s AND l.line = %(line)s AND c.serial > %(after)s
ORDER BY c.serial LIMIT %(limit)s
"""


class CountedOrder(NamedTuple):
    """An order's lines with their cards counted; in minor units what went onto the cards and what is still there.

    ``is_named``: the company has said who gets which card.
    """

    lines: tuple[CountedLine, ...]
    is_named: bool
    paid_minor: int
    outstanding_minor: int


class ListedCard(NamedTuple):
    """A card of an order without anything that opens it or tells what is on it.

    ``step``: waiting, activated, voided or replaced; of a replaced one, ``successor`` is the serial number of the card
    that has taken its place.
    """

    line: int
    serial: int
    last4: str
    step: str
    successor: int | None


async def count_order(pool: Pool, order_id: UUID, today: date) -> CountedOrder:
    """Count the cards of an order as they stand at one moment; ``today`` is the programme's business day."""
    where = {"order_id": order_id, "today": today}
    async with one_snapshot(pool) as connection:
        rows = await (await connection.execute(COUNT_CARDS, where)).fetchall()
        paid_minor, is_named = await (await connection.execute(PAID, where)).fetchone() or (0, False)
    lines = tuple(
        CountedLine(line, name, face_minor, CardCounts(*counts)) for line, name, face_minor, *counts, _ in rows
    )
    return CountedOrder(lines, is_named, paid_minor, sum(row[-1] for row in rows))


async def list_cards(pool: Pool, order_id: UUID, limit: int, after: tuple[int, int] = (0, 0)) -> list[ListedCard]:
    """The next cards of an order after a line and serial number, at most ``limit``."""
    found: list[ListedCard] = []
    async with pool.connection() as connection:
        for line in await _lines_from(connection, order_id, after[0]):
            wanted = {"order_id": order_id, "line": line, "after": after[1] if line == after[0] else 0}
            rows = await connection.execute(READ_CARDS, {**wanted, "limit": limit - len(found)})
            found += [ListedCard(*row) for row in await rows.fetchall()]
            if len(found) == limit:
                break
    return found


async def _lines_from(connection: Connection, order_id: UUID, line: int) -> list[int]:
    rows = await connection.execute(LINES, {"order_id": order_id, "line": line})
    return [each for (each,) in await rows.fetchall()]
