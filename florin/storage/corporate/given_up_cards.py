"""Voiding the cards of lines and orders that are given up, chunk by chunk, resumable at every point.

The money is free before: what is done here only makes sure that numbers that nobody has seen open nothing, ever.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.storage.audit_trail import Author
from florin.storage.connect import Pool, transaction
from florin.storage.corporate.generation import settle_order
from florin.storage.corporate.order_change import OrderChange, order_change

TO_BE_RECALLED: Final = """
SELECT l.order_id, l.line, l.issue_id FROM corporate_order o JOIN order_line l ON l.order_id = o.id
WHERE o.status IN ('partially_failed', 'generating') AND l.status = 'dropping'
UNION ALL
SELECT l.order_id, l.line, l.issue_id FROM corporate_order o
JOIN order_line l ON l.order_id = o.id JOIN card_issue i ON i.id = l.issue_id
WHERE o.status = 'cancelled' AND i.status <> 'recalled'
ORDER BY 1, 2
"""
# Whoever still makes cards of it holds the issue's row for each chunk, and finds it closed at the next.
CLOSE_ISSUE: Final = """
UPDATE card_issue SET status = 'recalling' WHERE id = %(issue_id)s AND status IN ('generating', 'ready')
"""
END_ISSUE: Final = "UPDATE card_issue SET status = 'recalled' WHERE id = %(issue_id)s"
DROP_LINE: Final = """
UPDATE order_line SET status = 'dropped'
WHERE order_id = %(order_id)s AND line = %(line)s AND status = 'dropping'
"""
NEXT_CARDS: Final = """
SELECT array_agg(id), max(serial) FROM (
    SELECT id, serial FROM card
    WHERE issue_id = %(issue_id)s AND serial > %(after)s ORDER BY serial LIMIT %(chunk)s) page
"""
# Whoever decides on a card holds its accounts (ADR 0004), in this order.
LOCK_CARDS: Final = """
SELECT FROM strict_account WHERE owner_id = ANY(%(cards)s) ORDER BY owner_id, code FOR NO KEY UPDATE
"""
VOID_CARDS: Final = """
UPDATE card SET status = 'voided', ended_at = %(now)s WHERE id = ANY(%(cards)s) AND status = 'sold'
"""


@dataclass(frozen=True, slots=True)
class GivenUpLine:
    """A line whose cards are to be voided; without an issue it has none."""

    order_id: UUID
    line: int
    issue_id: UUID | None


async def lines_to_be_recalled(pool: Pool) -> list[GivenUpLine]:
    """The lines that were dropped, and those of cancelled orders, of which cards may still be `sold`."""
    async with pool.connection() as connection:
        return [GivenUpLine(*row) for row in await (await connection.execute(TO_BE_RECALLED)).fetchall()]


async def recall_line(pool: Pool, given_up: GivenUpLine, author: Author, *, chunk: int) -> int:
    """Void what is `sold` of a line's cards, ``chunk`` of them in a transaction, and return how many were voided."""
    voided = 0
    if given_up.issue_id is not None:
        async with pool.connection() as connection:
            await connection.execute(CLOSE_ISSUE, {"issue_id": given_up.issue_id})
        voided = await void_cards(pool, given_up.issue_id, author.now, chunk)
    async with order_change(pool, given_up.order_id, author) as change:
        await _end(change, given_up, voided)
    return voided


async def void_cards(pool: Pool, issue_id: UUID, now: datetime, chunk: int) -> int:
    """Void what is `sold` of an issue's cards, ``chunk`` of them in a transaction; how many there were."""
    after, voided = 0, 0
    while True:
        async with transaction(pool) as connection:
            wanted = {"issue_id": issue_id, "after": after, "chunk": chunk}
            cards, last = await (await connection.execute(NEXT_CARDS, wanted)).fetchone() or (None, None)
            if cards is None:
                return voided
            await connection.execute(LOCK_CARDS, {"cards": cards})
            voided += (await connection.execute(VOID_CARDS, {"cards": cards, "now": now})).rowcount
            after = last


async def _end(change: OrderChange, given_up: GivenUpLine, voided: int) -> None:
    if given_up.issue_id is not None:
        await change.connection.execute(END_ISSUE, {"issue_id": given_up.issue_id})
    await change.connection.execute(DROP_LINE, {"order_id": given_up.order_id, "line": given_up.line})
    if voided and change.order is not None:
        await change.record("order.cards_voided", change.order, {"line": given_up.line, "cards": voided})
    await settle_order(change, given_up.order_id)
