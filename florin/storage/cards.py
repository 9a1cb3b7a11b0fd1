"""Reading cards, outside any posting."""

from typing import Final, NamedTuple
from uuid import UUID

from florin.domain.card import Card
from florin.storage.connect import Pool
from florin.storage.posting.facts import CARD_COLUMNS

FIND_CARD: Final = f"""
SELECT coalesce(sum(a.balance_minor), 0)::bigint, coalesce(sum(a.held_minor), 0)::bigint, {CARD_COLUMNS}
FROM card c LEFT JOIN strict_account a ON a.owner_id = c.id
WHERE c.id = %(id)s
GROUP BY c.id
"""  # noqa: S608 (the columns are the names of our own dataclass's fields)


class CardWithFunds(NamedTuple):
    """A card and what it holds over all its lots, in minor units."""

    card: Card
    balance_minor: int
    held_minor: int

    @property
    def available_minor(self) -> int:
        """What may be spent now."""
        return self.balance_minor - self.held_minor


async def find_card(pool: Pool, card_id: UUID) -> CardWithFunds | None:
    """The card of that id as it stands now, if there is one."""
    async with pool.connection() as connection:
        row = await (await connection.execute(FIND_CARD, {"id": card_id})).fetchone()
    if row is None:
        return None
    balance_minor, held_minor, *columns = row
    return CardWithFunds(Card(*columns), balance_minor, held_minor)
