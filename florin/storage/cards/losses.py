"""Lost cards outside any posting: reading them, and writing the card that is to take a lost one's place."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from psycopg import errors

from florin.domain.loss import Loss, LossStatus
from florin.domain.paging import Page, page_of
from florin.storage.audit_trail import Author, record
from florin.storage.cards.card_issue import StockedCard
from florin.storage.cards.card_rows import NewCard
from florin.storage.cards.successors import is_taken, write_successor
from florin.storage.connect import Pool, transaction
from florin.storage.posting.fact_queries import LOSS_COLUMNS
from florin.storage.read_rows import read_rows

FIND_LOSS: Final = f"SELECT {LOSS_COLUMNS} FROM lost_card x WHERE x.id = %(id)s"  # noqa: S608 (a dataclass's fields)
# Ids begin with their time, so the order of ids is the order of time.
LOSSES: Final = f"""
SELECT {LOSS_COLUMNS} FROM lost_card x
WHERE (%(status)s::text IS NULL OR x.status = %(status)s)
  AND (%(member_id)s::uuid IS NULL OR x.member_id = %(member_id)s)
  AND (%(before)s::uuid IS NULL OR x.id < %(before)s)
ORDER BY x.id DESC LIMIT %(limit)s
"""  # noqa: S608 (as above)
LOCK: Final = "SELECT successor_id IS NULL AND status = 'reported' FROM lost_card WHERE id = %(id)s FOR UPDATE"
NAME_SUCCESSOR: Final = "UPDATE lost_card SET successor_id = %(successor_id)s WHERE id = %(id)s"

# In the order of the columns of a printed card.
SUCCESSOR: Final = """
SELECT id, serial, key_id, number_encrypted, ecode_index IS NOT NULL, expires_on, denomination_minor
FROM card WHERE id = %(id)s
"""


async def find_loss(pool: Pool, loss_id: UUID) -> Loss | None:
    """The loss of that id, if there is one."""
    found = await _losses(pool, FIND_LOSS, {"id": loss_id})
    return found[0] if found else None


async def list_losses(
    pool: Pool, status: LossStatus | None, member_id: UUID | None, before: UUID | None, limit: int
) -> Page[Loss, UUID]:
    """A page of losses, the latest first, from those before ``before``; of a status or member unless it is None."""
    where = {"status": status, "member_id": member_id, "before": before, "limit": limit + 1}
    return page_of([(each.id, each) for each in await _losses(pool, LOSSES, where)], limit)


async def add_lost_cards_successor(pool: Pool, loss: Loss, card: NewCard, key_id: int) -> bool:
    """Write the card that is to take a lost one's place; where there is one, or none is wanted, nothing is done.

    False when its number exists already, and another card must be tried.
    """
    try:
        async with transaction(pool) as connection:
            locked = await (await connection.execute(LOCK, {"id": loss.id})).fetchone()
            if locked is not None and locked[0]:
                await write_successor(connection, loss.card_id, card, key_id)
                await connection.execute(NAME_SUCCESSOR, {"id": loss.id, "successor_id": card.id})
    except errors.UniqueViolation as error:
        if not is_taken(error):
            raise
        return False
    return True


async def read_successor(pool: Pool, card_id: UUID, recipient: str, author: Author) -> tuple[StockedCard, int]:
    """What is printed of a successor, and its face in minor units, with the audit row of its export."""
    async with transaction(pool) as connection:
        await record(connection, author, "card.exported", card_id, {"recipient": recipient})
        row = await (await connection.execute(SUCCESSOR, {"id": card_id})).fetchone()
    if row is None:
        raise LookupError(f"there is no card {card_id}")
    *printed, face_minor = row
    return StockedCard(*printed), face_minor


async def _losses(pool: Pool, query: str, where: Mapping[str, object]) -> list[Loss]:
    found = await read_rows(pool, Loss, query, where)
    for each in found:
        each.status = LossStatus(each.status)
    return found
