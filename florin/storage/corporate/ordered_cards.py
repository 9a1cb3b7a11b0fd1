"""The cards of orders by line and serial number, as instructions and lists see them."""

from typing import Final, NamedTuple
from uuid import UUID

from florin.domain.card_selection import Selection
from florin.storage.connect import Pool

# A successor's recipient is that of the first card in its chain of replacements.
READ_PART: Final = """
SELECT l.line, c.serial, c.id, c.product_id, c.status, c.sold_by IS NOT NULL, p.serial, p.identity_encrypted,
       o.key IS NOT NULL,
       EXISTS (SELECT FROM card_replacement w
               WHERE w.old_card_id = c.id AND w.status IN ('waiting_for_approval', 'making'))
FROM unnest(%(lines)s::smallint[], %(firsts)s::integer[], %(lasts)s::integer[]) AS s (line, first, last)
JOIN order_line l ON l.order_id = %(order_id)s AND l.line = s.line
JOIN card c ON c.issue_id = l.issue_id AND c.serial BETWEEN s.first AND s.last
LEFT JOIN card_replacement r ON r.new_card_id = c.id
LEFT JOIN order_recipient p ON p.order_id = l.order_id AND p.line = l.line
  AND p.serial = coalesce(r.recipient_serial, c.serial)
LEFT JOIN operation o ON o.caller_id = %(order_id)s AND o.key = %(key_prefix)s || replace(c.id::text, '-', '')
ORDER BY l.line, c.serial
"""


class SelectedCard(NamedTuple):
    """A card of a selection, with the sealed identity of its recipient, who stands at the serial number ``place``.

    ``is_sold`` is False of a successor that has nobody's place (yet). A card has had its turn when an operation stands
    under the key that the turn would use. ``is_reported``: it is missing or damaged, and is not replaced yet.
    """

    line: int
    serial: int
    id: UUID
    product_id: UUID
    status: str
    is_sold: bool
    place: int | None
    identity_encrypted: bytes | None
    had_its_turn: bool
    is_reported: bool


async def read_part(pool: Pool, order_id: UUID, part: Selection, key_prefix: str) -> list[SelectedCard]:
    """The cards of a part of a selection; the key of a card's turn is ``key_prefix`` and its id in hexadecimal."""
    wanted = {
        "order_id": order_id,
        "lines": [each.line for each in part],
        "firsts": [each.first for each in part],
        "lasts": [each.last for each in part],
        "key_prefix": key_prefix,
    }
    async with pool.connection() as connection:
        rows = await (await connection.execute(READ_PART, wanted)).fetchall()
    return [SelectedCard(*row) for row in rows]
