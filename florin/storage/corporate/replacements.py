"""Replacements of ordered cards: asked for, decided on, and the successors that are made for them.

The successor is written in one transaction with its strict account and its name in the replacement, as ``created``,
in which it is worth nothing and can be neither sold nor activated. The posting engine gives it the old card's place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import errors

from florin.domain.card_life import CardStatus
from florin.domain.identifiers import shard_of
from florin.domain.paging import Page, page_of
from florin.domain.people import Actor
from florin.domain.replacement import (
    CardToReplace,
    Replacement,
    ReplacementReason,
    ReplacementStatus,
    ReportedCard,
    first_status,
)
from florin.storage.cards.card_rows import NewCard
from florin.storage.cards.successors import is_taken, write_successor
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.fresh_ids import fresh_id

_FROM: Final[LiteralString] = """
SELECT r.id, r.order_id, o.customer_id, r.line, old.serial, new.serial, r.old_card_id, r.new_card_id, r.reason,
       r.status, r.refusal, r.asked_by, r.asked_person, r.session_id, r.asked_at, r.decided_by, r.decided_at,
       r.journal_id, r.replaced_at
FROM card_replacement r
JOIN corporate_order o ON o.id = r.order_id
JOIN card old ON old.id = r.old_card_id
LEFT JOIN card new ON new.id = r.new_card_id
"""
BY_ID: Final = f"{_FROM} WHERE r.id = %(id)s"
BY_KEY: Final = f"{_FROM} WHERE r.order_id = %(order_id)s AND r.order_key = %(key)s ORDER BY r.line, old.serial"
OF_ORDER: Final = f"""{_FROM}
WHERE r.order_id = %(order_id)s AND (%(before)s::uuid IS NULL OR r.id < %(before)s) ORDER BY r.id DESC LIMIT %(rows)s
"""
BEING_MADE: Final = """
SELECT id FROM card_replacement WHERE status = 'making' AND (%(order_id)s::uuid IS NULL OR order_id = %(order_id)s)
ORDER BY id
"""
# Only cards that have been the customer's: a successor that never took a place is none.
REPORTED: Final = """
SELECT c.id, l.line, c.serial, c.status, k.claimed_at IS NOT NULL,
       EXISTS (SELECT FROM card_replacement b WHERE b.old_card_id = c.id AND b.status <> 'refused'),
       coalesce(r.recipient_serial, c.serial)
FROM unnest(%(lines)s::smallint[], %(serials)s::integer[]) AS w (line, serial)
JOIN order_line l ON l.order_id = %(order_id)s AND l.line = w.line
JOIN card c ON c.issue_id = l.issue_id AND c.serial = w.serial AND c.sold_by IS NOT NULL
LEFT JOIN card_replacement r ON r.new_card_id = c.id
LEFT JOIN claim_link k ON k.card_id = c.id
"""
INSERT: Final = """
INSERT INTO card_replacement (id, order_id, line, order_key, old_card_id, recipient_serial, reason, status, asked_by,
                              asked_person, session_id, asked_at, debits)
VALUES (%(id)s, %(order_id)s, %(line)s, %(key)s, %(old_card_id)s, %(recipient_serial)s, %(reason)s, %(status)s,
        %(asked_by)s, %(asked_person)s, %(session_id)s, %(asked_at)s,
        CASE WHEN %(status)s = 'waiting_for_approval' THEN 'to_stop' ELSE 'open' END)
"""
DECIDE: Final = """
UPDATE card_replacement
SET status = %(status)s, refusal = %(refusal)s, decided_by = %(login_id)s, decided_person = %(person_id)s,
    decided_at = %(now)s, debits = CASE WHEN %(status)s = 'refused' THEN 'to_allow' ELSE debits END
WHERE id = %(id)s AND status = 'waiting_for_approval'
"""
END: Final = """
UPDATE card_replacement
SET status = %(status)s, refusal = %(refusal)s, journal_id = %(journal_id)s, replaced_at = %(replaced_at)s,
    debits = CASE WHEN %(status)s = 'refused' AND debits <> 'open' THEN 'to_allow' ELSE debits END
WHERE id = %(id)s AND status = 'making'
"""
ASK_AGAIN: Final = """
UPDATE card_replacement SET status = 'waiting_for_approval', debits = 'to_stop'
WHERE id = %(id)s AND status = 'making'
"""
LOCK: Final = "SELECT new_card_id IS NULL AND status = 'making' FROM card_replacement WHERE id = %(id)s FOR UPDATE"
NAME_SUCCESSOR: Final = "UPDATE card_replacement SET new_card_id = %(new_card_id)s WHERE id = %(id)s"
OLD_CARD: Final = """
SELECT c.product_id, c.status, h.identity_encrypted FROM card c LEFT JOIN card_holder h ON h.card_id = c.id
WHERE c.id = %(card_id)s
"""


@dataclass(frozen=True, slots=True)
class OldCard:
    """A card that is to be replaced: what it is, and the sealed identity of its holder where one is on record."""

    product_id: UUID
    status: CardStatus
    holder_encrypted: bytes | None


async def find_replacement(database: Pool, replacement_id: UUID) -> Replacement | None:
    """The replacement of that id as it stands now, if there is one."""
    async with database.connection() as connection:
        return await read_replacement(connection, replacement_id)


async def read_replacement(connection: Connection, replacement_id: UUID) -> Replacement | None:
    """The same in the caller's transaction."""
    row = await (await connection.execute(BY_ID, {"id": replacement_id})).fetchone()
    return None if row is None else _read(row)


async def replacements_of_key(connection: Connection, order_id: UUID, key: str) -> list[Replacement]:
    """The replacements that were asked for in one request, by its idempotency key, in the order of the cards."""
    rows = await (await connection.execute(BY_KEY, {"order_id": order_id, "key": key})).fetchall()
    return [_read(row) for row in rows]


async def replacements_of(
    pool: Pool, order_id: UUID, limit: int, before: UUID | None = None
) -> Page[Replacement, UUID]:
    """A page of ``limit`` replacements of an order, newest first, that are older than ``before``."""
    wanted = {"order_id": order_id, "before": before, "rows": limit + 1}
    async with pool.connection() as connection:
        rows = await (await connection.execute(OF_ORDER, wanted)).fetchall()
    return page_of([(row[0], _read(row)) for row in rows], limit)


async def replacements_to_make(pool: Pool, order_id: UUID | None = None) -> list[UUID]:
    """The replacements of an order, or of all, that wait for nobody's word, the oldest first."""
    async with pool.connection() as connection:
        rows = await (await connection.execute(BEING_MADE, {"order_id": order_id})).fetchall()
    return [row[0] for row in rows]


async def cards_reported(
    connection: Connection, order_id: UUID, reported: Sequence[ReportedCard]
) -> dict[tuple[int, int], CardToReplace]:
    """What is known of reported cards, by line and serial number; those that the order does not have are left out."""
    lines, serials = [each.line for each in reported], [each.serial for each in reported]
    rows = await connection.execute(REPORTED, {"order_id": order_id, "lines": lines, "serials": serials})
    found = [
        CardToReplace(card_id, line, serial, CardStatus(status), *facts)
        for card_id, line, serial, status, *facts in await rows.fetchall()
    ]
    return {(each.line, each.serial): each for each in found}


async def add_replacements(
    connection: Connection,
    order_id: UUID,
    key: str,
    cards: Sequence[tuple[CardToReplace, ReplacementReason]],
    actor: Actor,
    now: datetime,
) -> list[UUID]:
    """Write that cards are to be replaced, in the transaction that has locked their order; return the new ids."""
    ids = [fresh_id(shard_of(order_id)) for _ in cards]
    for replacement_id, (card, reason) in zip(ids, cards, strict=True):
        row = {
            "id": replacement_id,
            "order_id": order_id,
            "line": card.line,
            "key": key,
            "old_card_id": card.card_id,
            "recipient_serial": card.recipient_serial,
            "reason": reason.value,
            "status": first_status(card).value,
            "asked_by": actor.login_id,
            "asked_person": actor.person_id,
            "session_id": actor.session_id,
            "asked_at": now,
        }
        await connection.execute(INSERT, row)
    return ids


async def decide(
    connection: Connection, replacement_id: UUID, actor: Actor, refusal: str | None, now: datetime
) -> bool:
    """Write a second person's word; without a refusal it is a yes. False when the replacement does not wait for one."""
    status = ReplacementStatus.MAKING if refusal is None else ReplacementStatus.REFUSED
    row = {
        "id": replacement_id,
        "status": status.value,
        "refusal": refusal,
        "login_id": actor.login_id,
        "person_id": actor.person_id,
        "now": now,
    }
    return (await connection.execute(DECIDE, row)).rowcount == 1


async def old_card(pool: Pool, card_id: UUID) -> OldCard:
    """A card that is to be replaced."""
    async with pool.connection() as connection:
        row = await (await connection.execute(OLD_CARD, {"card_id": card_id})).fetchone()
    if row is None:
        raise LookupError(f"there is no card {card_id}")
    return OldCard(row[0], CardStatus(row[1]), row[2])


async def add_successor(pool: Pool, replacement: Replacement, card: NewCard, key_id: int) -> bool:
    """Write the card that is to take the old one's place, under the next serial number of its issue.

    False when its number exists already, and another card must be tried. Where there is a successor nothing is done.
    """
    try:
        async with transaction(pool) as connection:
            locked = await (await connection.execute(LOCK, {"id": replacement.id})).fetchone()
            if locked is None or not locked[0]:
                return True
            await write_successor(connection, replacement.old_card_id, card, key_id)
            await connection.execute(NAME_SUCCESSOR, {"id": replacement.id, "new_card_id": card.id})
    except errors.UniqueViolation as error:
        if not is_taken(error):
            raise
        return False
    return True


async def end_replacement(
    pool: Pool,
    replacement_id: UUID,
    status: ReplacementStatus,
    *,
    refusal: str | None = None,
    journal_id: UUID | None = None,
    replaced_at: datetime | None = None,
) -> None:
    """Write what came of a replacement that was being made; one that another process has ended stays as it is."""
    row = {
        "id": replacement_id,
        "status": status.value,
        "refusal": refusal,
        "journal_id": journal_id,
        "replaced_at": replaced_at,
    }
    async with pool.connection() as connection:
        await connection.execute(END, row)


async def ask_again(pool: Pool, replacement_id: UUID) -> None:
    """Write that a replacement needs a second person's word after all; its successor waits with it."""
    async with pool.connection() as connection:
        await connection.execute(ASK_AGAIN, {"id": replacement_id})


def _read(row: tuple[Any, ...]) -> Replacement:
    names = [each.name for each in fields(Replacement)]
    named = dict(zip(names, row, strict=True))
    reason, status = ReplacementReason(named["reason"]), ReplacementStatus(named["status"])
    return Replacement(**{**named, "reason": reason, "status": status})
