"""Reading cards, outside any posting."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

from florin.domain.card import Card
from florin.domain.programme import ProductKind
from florin.storage.connect import Pool
from florin.storage.posting.fact_queries import CARD_COLUMNS

# A hold whose time has passed reserves nothing, even if nobody has written that yet.
_CARD_WITH_FUNDS: Final = f"""
SELECT coalesce(sum(a.balance_minor), 0)::bigint, coalesce(sum(a.held_minor), 0)::bigint - coalesce((
           SELECT sum(h.principal_minor + h.bonus_minor) FROM hold h
           WHERE h.owner_id = c.id AND h.status = 'open' AND h.expires_at <= %(now)s), 0)::bigint, {CARD_COLUMNS}
FROM card c LEFT JOIN strict_account a ON a.owner_id = c.id
"""  # noqa: S608 (the columns are the names of our own dataclass's fields)
FIND_CARD: Final = _CARD_WITH_FUNDS + "WHERE c.id = %(key)s GROUP BY c.id"
FIND_BY_NUMBER: Final = _CARD_WITH_FUNDS + "WHERE c.number_index = %(key)s GROUP BY c.id"
FACES: Final = """
SELECT c.programme_id, p.kind, sum(c.denomination_minor)::bigint AS total_minor
FROM card c JOIN product p ON p.id = c.product_id
WHERE c.number_index = ANY(%(number_indexes)s)
GROUP BY c.programme_id, p.kind
"""


class Faces(NamedTuple):
    """What the faces of cards of one programme and kind add up to, in minor units."""

    programme_id: UUID
    kind: ProductKind
    total_minor: int


class CardWithFunds(NamedTuple):
    """A card and what it holds over all its lots, in minor units."""

    card: Card
    balance_minor: int
    held_minor: int

    @property
    def available_minor(self) -> int:
        """What may be spent now."""
        return self.balance_minor - self.held_minor


async def find_card(pool: Pool, card_id: UUID, now: datetime) -> CardWithFunds | None:
    """The card of that id as it stands at ``now``, if there is one."""
    return await _find(pool, FIND_CARD, card_id, now)


async def find_card_by_number(pool: Pool, number_index: bytes, now: datetime) -> CardWithFunds | None:
    """The card whose number has that blind index as it stands at ``now``, if there is one."""
    return await _find(pool, FIND_BY_NUMBER, number_index, now)


async def add_up_faces(pool: Pool, number_indexes: Sequence[bytes]) -> list[Faces]:
    """What the cards of those blind indexes add up to, each counted once and whatever its state."""
    async with pool.connection() as connection:
        found = await (await connection.execute(FACES, {"number_indexes": list(number_indexes)})).fetchall()
    return [Faces(programme_id, ProductKind(kind), total_minor) for programme_id, kind, total_minor in found]


async def _find(pool: Pool, statement: LiteralString, key: UUID | bytes, now: datetime) -> CardWithFunds | None:
    async with pool.connection() as connection:
        row = await (await connection.execute(statement, {"key": key, "now": now})).fetchone()
    if row is None:
        return None
    balance_minor, held_minor, *columns = row
    return CardWithFunds(Card(*columns), balance_minor, held_minor)
