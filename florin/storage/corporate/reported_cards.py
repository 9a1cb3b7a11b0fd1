"""Cards that are reported missing or damaged: whether their debits are to be stopped, or to be let go on.

What is wanted stands with the replacement, written together with the report or the refusal; the cards themselves change
by the posting engine. So whoever is killed in between leaves a wish that the next one finds.
"""

from typing import Final, NamedTuple
from uuid import UUID

from florin.domain.replacement import DebitsWish, ReplacementReason
from florin.storage.connect import Pool

UNSETTLED: Final = """
SELECT r.id, r.order_id, r.old_card_id, r.session_id, r.reason, r.debits FROM card_replacement r
WHERE r.debits IN ('to_stop', 'to_allow') AND (%(order_id)s::uuid IS NULL OR r.order_id = %(order_id)s) ORDER BY r.id
"""
# A refusal that came meanwhile stays to be settled.
SETTLE: Final = """
UPDATE card_replacement SET debits = CASE debits WHEN 'to_stop' THEN 'stopped' ELSE 'open' END
WHERE id = %(id)s AND debits = %(wish)s
"""


class Unsettled(NamedTuple):
    """A reported card of which something is wanted; ``session_id`` is of whoever reported it."""

    replacement_id: UUID
    order_id: UUID
    card_id: UUID
    session_id: UUID
    reason: ReplacementReason
    wish: DebitsWish


async def unsettled_cards(pool: Pool, order_id: UUID | None = None) -> list[Unsettled]:
    """The reported cards of an order, or of all, of which something is wanted, the oldest report first."""
    async with pool.connection() as connection:
        rows = await (await connection.execute(UNSETTLED, {"order_id": order_id})).fetchall()
    return [
        Unsettled(replacement_id, order, card_id, session_id, ReplacementReason(reason), DebitsWish(wish))
        for replacement_id, order, card_id, session_id, reason, wish in rows
    ]


async def settle(pool: Pool, card: Unsettled) -> None:
    """Write that what was wanted of a card is done."""
    async with pool.connection() as connection:
        await connection.execute(SETTLE, {"id": card.replacement_id, "wish": card.wish.value})
