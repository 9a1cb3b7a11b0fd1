"""The card that is to take another's place: written as ``created``, in which it is worth nothing and opens nothing."""

from typing import Final
from uuid import UUID

from psycopg import errors

from florin.domain.identifiers import shard_of
from florin.storage.cards.card_rows import NewCard
from florin.storage.connect import Connection

NEXT_SERIAL: Final = """
UPDATE card_issue i SET ordered = ordered + 1, generated = generated + 1
FROM card c WHERE c.id = %(old_card_id)s AND i.id = c.issue_id RETURNING generated
"""
INSERT_CARD: Final = """
INSERT INTO card (id, shard, programme_id, product_id, issue_id, serial, denomination_minor, number_index,
                  number_encrypted, last4, ecode_index, key_id, status)
SELECT %(id)s, %(shard)s, programme_id, product_id, issue_id, %(serial)s, denomination_minor, %(number_index)s,
       %(number_encrypted)s, %(last4)s, %(ecode_index)s, %(key_id)s, 'created'
FROM card WHERE id = %(old_card_id)s
"""
INSERT_ACCOUNT: Final = """
INSERT INTO strict_account (owner_id, code, shard, programme_id, unit)
SELECT %(id)s, a.code, %(shard)s, a.programme_id, a.unit FROM strict_account a
WHERE a.owner_id = %(old_card_id)s AND a.code = 2010
"""


async def write_successor(connection: Connection, old_card_id: UUID, card: NewCard, key_id: int) -> None:
    """Write a card like the old one under the next serial number of its issue, in the caller's transaction.

    Raises:
        UniqueViolation: its number exists already, as `is_taken` tells; another card must be tried.
    """
    row = {**card._asdict(), "last4": card.last4.decode(), "shard": shard_of(card.id), "key_id": key_id}
    old = {"old_card_id": old_card_id}
    next_serial = await (await connection.execute(NEXT_SERIAL, old)).fetchone()
    if next_serial is None:
        raise LookupError(f"card {old_card_id} has no issue")
    await connection.execute(INSERT_CARD, {**row, **old, "serial": next_serial[0]})
    await connection.execute(INSERT_ACCOUNT, {**row, **old})


def is_taken(error: errors.UniqueViolation) -> bool:
    """Whether a card was not written because its number or e-code exists already."""
    return error.diag.constraint_name in ("card_number_is_unique", "card_ecode_is_unique")
