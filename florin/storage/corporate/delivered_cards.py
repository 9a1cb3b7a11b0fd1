"""The cards that a delivery is of: counting them, and reading them page by page in the order of line and serial number.

A card that is in use belongs to its holder, so the file of a whole order has its unactivated cards only. A replacement
card that took over a value is in use from the beginning and with nobody yet: it is delivered when it is named.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from florin.domain.card_life import CardStatus
from florin.domain.card_selection import read_card_name
from florin.domain.declines import Decline
from florin.storage.connect import Connection, Pool

COUNT_WHOLE: Final = """
SELECT count(*), NULL::timestamptz FROM order_line l JOIN card c ON c.issue_id = l.issue_id
WHERE l.order_id = %(order_id)s AND c.status = ANY(%(statuses)s)
"""
COUNT_NAMED: Final = """
SELECT count(*) FILTER (WHERE c.status = ANY(%(statuses)s)), min(r.replaced_at), count(*)
FROM card_replacement r JOIN card c ON c.id = r.new_card_id
JOIN unnest(%(lines)s::int[], %(serials)s::int[]) AS w (line, serial) ON w.line = r.line AND w.serial = c.serial
WHERE r.order_id = %(order_id)s AND r.status = 'replaced'
"""
# By the issue of one line, whose index has its cards in order: however large the order is, a page costs what is on it.
READ_PAGE: Final = """
SELECT c.id, %(line)s::int, c.serial, c.product_id, c.denomination_minor, c.key_id, c.number_encrypted,
       c.ecode_index IS NOT NULL, c.expires_on
FROM card c
WHERE c.issue_id = %(issue_id)s AND c.serial > %(after)s AND c.status = ANY(%(statuses)s)
  AND (%(serials)s::int[] IS NULL OR c.serial = ANY(%(serials)s::int[]))
ORDER BY c.serial LIMIT %(limit)s
"""
READ_LINES: Final = """
SELECT line, issue_id FROM order_line WHERE order_id = %(order_id)s AND issue_id IS NOT NULL ORDER BY line
"""

_WHOLE: Final = [CardStatus.SOLD.value]
_NAMED: Final = [CardStatus.SOLD.value, CardStatus.ACTIVE.value]


@dataclass(frozen=True, slots=True)
class CardsWanted:
    """All unactivated cards of an order, or (``names``) some of those that replace others."""

    order_id: UUID
    names: tuple[str, ...] | None

    @property
    def statuses(self) -> list[str]:
        """In which statuses they are delivered."""
        return _WHOLE if self.names is None else _NAMED

    @property
    def serials_by_line(self) -> dict[int, list[int]]:
        """The serial numbers that are named, by line; `InvalidField` for what is no name of a card."""
        found: dict[int, list[int]] = {}
        for place, name in enumerate(self.names or ()):
            card = read_card_name(f"replacements[{place}]", name)
            found.setdefault(card.line, []).append(card.first)
        return found


class CardsFound(NamedTuple):
    """How many cards there are to be delivered, and since when the oldest of those that are named has existed."""

    cards: int
    replaced_at: datetime | None


class LineWanted(NamedTuple):
    """A line of the order, and the issue that its cards are of."""

    line: int
    issue_id: UUID


class OrderedCardSecrets(NamedTuple):
    """A card of an order, as much of it as is needed to print it; the denomination in minor units."""

    id: UUID
    line: int
    serial: int
    product_id: UUID
    denomination_minor: int
    key_id: int
    number_encrypted: bytes
    has_ecode: bool
    expires_on: date | None


async def count_cards(connection: Connection, wanted: CardsWanted) -> CardsFound | Decline:
    """How many cards are wanted; ``card_not_found`` for a name of none of them, ``nothing_to_deliver`` for none."""
    if wanted.names is None:
        where = {"order_id": wanted.order_id, "statuses": wanted.statuses}
        row = await (await connection.execute(COUNT_WHOLE, where)).fetchone()
    else:
        row = await (await connection.execute(COUNT_NAMED, _named(wanted))).fetchone()
        if row is None or row[2] < len(set(wanted.names)):
            return Decline.CARD_NOT_FOUND
    cards, replaced_at = (0, None) if row is None else (row[0], row[1])
    return CardsFound(cards, replaced_at) if cards else Decline.NOTHING_TO_DELIVER


async def lines_wanted(pool: Pool, wanted: CardsWanted) -> list[LineWanted]:
    """The lines of the order that have cards, in order; where cards are named, theirs only."""
    async with pool.connection() as connection:
        rows = await (await connection.execute(READ_LINES, {"order_id": wanted.order_id})).fetchall()
    lines = [LineWanted(*row) for row in rows]
    return lines if wanted.names is None else [each for each in lines if each.line in wanted.serials_by_line]


async def read_page(
    pool: Pool, wanted: CardsWanted, line: LineWanted, after: int, limit: int
) -> list[OrderedCardSecrets]:
    """The next cards of a line in the order of their serial numbers, after the one given."""
    where = {
        "line": line.line,
        "issue_id": line.issue_id,
        "after": after,
        "statuses": wanted.statuses,
        "serials": None if wanted.names is None else wanted.serials_by_line[line.line],
        "limit": limit,
    }
    async with pool.connection() as connection:
        rows = await (await connection.execute(READ_PAGE, where)).fetchall()
    return [OrderedCardSecrets(*row) for row in rows]


def _named(wanted: CardsWanted) -> dict[str, object]:
    places = [(line, serial) for line, serials in wanted.serials_by_line.items() for serial in set(serials)]
    return {
        "order_id": wanted.order_id,
        "statuses": wanted.statuses,
        "lines": [line for line, _ in places],
        "serials": [serial for _, serial in places],
    }
