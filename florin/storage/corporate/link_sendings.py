"""Sending the claim links of an order: asked for once, carried out chunk by chunk, each card exactly once.

A chunk is one transaction: its links, their events and how far the sending has come become durable together, so a
process that is killed at any point leaves a sending that another goes on with.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
from psycopg.rows import class_row

from florin.domain.card_life import CardStatus
from florin.domain.claim_link import LINK_LIFETIME
from florin.domain.identifiers import shard_of, wire_id
from florin.domain.people import Actor
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import KeyReusedError

LINKED: Final = [CardStatus.SOLD.value, CardStatus.ACTIVE.value]
"""The statuses in which a card has a link: one that replaces another may be in use before anybody has it."""

_COLUMNS: Final = "s.id, s.order_id, s.cards, s.sent, s.asked_at, s.done_at"
UNDER_WAY: Final = f"SELECT {_COLUMNS} FROM link_sending s WHERE s.order_id = %(order_id)s AND s.done_at IS NULL"  # noqa: S608 (our own columns)
BY_KEY: Final = f"SELECT {_COLUMNS} FROM link_sending s WHERE s.asked_by = %(login_id)s AND s.request_key = %(key)s"  # noqa: S608 (as above)
BY_ID: Final = f"SELECT {_COLUMNS} FROM link_sending s WHERE s.id = %(id)s"  # noqa: S608 (as above)
UNFINISHED: Final = "SELECT id FROM link_sending WHERE done_at IS NULL ORDER BY id"
# Two processes on one sending take turns, and each goes on where the other has stopped.
LOCK: Final = f"""
SELECT {_COLUMNS}, s.at_line, s.at_serial FROM link_sending s
WHERE s.id = %(id)s AND s.done_at IS NULL FOR NO KEY UPDATE
"""  # noqa: S608 (as above)
COUNT_UNSENT: Final = """
SELECT count(*) FROM order_line l JOIN card c ON c.issue_id = l.issue_id
WHERE l.order_id = %(order_id)s AND c.status = ANY(%(statuses)s)
  AND NOT EXISTS (SELECT FROM claim_link k WHERE k.card_id = c.id)
"""
INSERT: Final = """
INSERT INTO link_sending (id, order_id, cards, asked_by, asked_at, request_key)
VALUES (%(id)s, %(order_id)s, %(cards)s, %(login_id)s, %(now)s, %(key)s)
ON CONFLICT ON CONSTRAINT link_sending_key_is_unique DO NOTHING
"""
READ_LINES: Final = """
SELECT line, issue_id FROM order_line
WHERE order_id = %(order_id)s AND line >= %(line)s AND issue_id IS NOT NULL ORDER BY line
"""
# By the issue of one line, whose index has its cards in order: however large the order is, a chunk costs what is in it.
NEXT_CARDS: Final = """
SELECT c.id, %(line)s::int, c.serial, coalesce(r.recipient_serial, c.serial), c.key_id,
       c.status = ANY(%(statuses)s) AND NOT EXISTS (SELECT FROM claim_link k WHERE k.card_id = c.id)
FROM (
    SELECT id, serial, key_id, status FROM card WHERE issue_id = %(issue_id)s AND serial > %(serial)s
    ORDER BY serial LIMIT %(limit)s) c
LEFT JOIN card_replacement r ON r.new_card_id = c.id
ORDER BY c.serial
"""
INSERT_LINKS: Final = """
INSERT INTO claim_link (card_id, order_id, line, serial, token_index, sending, sent_at, expires_at)
SELECT n.card_id, %(order_id)s, n.line, n.serial, n.token_index, 1, %(now)s, %(expires_at)s
FROM unnest(%(cards)b::uuid[], %(lines)b::int[], %(serials)b::int[], %(tokens)b::bytea[])
    AS n (card_id, line, serial, token_index)
"""
INSERT_EVENTS: Final = """
INSERT INTO outbox (id, shard, name, subject_id, payload, posted_at)
SELECT n.id, n.shard, 'card_link.sent', n.card_id, n.payload::json, %(now)s
FROM unnest(%(ids)b::uuid[], %(shards)b::int[], %(cards)b::uuid[], %(payloads)b::text[])
    AS n (id, shard, card_id, payload)
"""
ADVANCE: Final = """
UPDATE link_sending SET sent = sent + %(sent)s, at_line = %(line)s, at_serial = %(serial)s,
    done_at = CASE WHEN %(is_last)s THEN %(now)s::timestamptz END
WHERE id = %(id)s
"""

_encode: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class LinkSending:
    """A sending: ``sent`` of ``cards`` links have gone out; ``done_at`` is None while it is under way."""

    id: UUID
    order_id: UUID
    cards: int
    sent: int
    asked_at: datetime
    done_at: datetime | None


class NextCard(NamedTuple):
    """A card whose turn it is; ``recipient_serial`` is where its recipient stands, also after replacements.

    It ``gets_link`` unless it has one already, or was given up.
    """

    card_id: UUID
    line: int
    serial: int
    recipient_serial: int
    key_id: int
    gets_link: bool


TokenIndexOf = Callable[[int, UUID, int], bytes]
"""The blind index of a link's token, by the card's key id, its id and the number of the sending."""


async def find_sending_by_key(pool: Pool, login_id: UUID, key: str) -> LinkSending | None:
    """What the login asked for under an idempotency key, as it stands now, if it asked for anything."""
    return await _find(pool, BY_KEY, {"login_id": login_id, "key": key})


async def find_sending(pool: Pool, sending_id: UUID) -> LinkSending | None:
    """The sending of that id as it stands now, if there is one."""
    return await _find(pool, BY_ID, {"id": sending_id})


async def unfinished_sendings(pool: Pool) -> list[UUID]:
    """The sendings under way, the oldest first."""
    async with pool.connection() as connection:
        return [row[0] for row in await (await connection.execute(UNFINISHED)).fetchall()]


async def sending_under_way(connection: Connection, order_id: UUID) -> LinkSending | None:
    """The sending of an order that is not done yet, if there is one."""
    return await _one(connection, UNDER_WAY, {"order_id": order_id})


async def count_unsent(connection: Connection, order_id: UUID) -> int:
    """How many cards of an order that could have a link have none."""
    row = await (await connection.execute(COUNT_UNSENT, {"order_id": order_id, "statuses": LINKED})).fetchone()
    return 0 if row is None else int(row[0])


async def add_sending(
    connection: Connection, order_id: UUID, cards: int, key: str | None, actor: Actor, now: datetime
) -> LinkSending:
    """Write that so many cards are to get their links, in the transaction that has locked their order.

    Raises:
        KeyReusedError: the idempotency key was used before.
    """
    sending = LinkSending(fresh_id(shard_of(order_id)), order_id, cards, 0, now, None)
    row = {"id": sending.id, "order_id": order_id, "cards": cards, "login_id": actor.login_id, "now": now, "key": key}
    if (await connection.execute(INSERT, row)).rowcount == 0:
        raise KeyReusedError
    return sending


async def send_chunk(pool: Pool, sending_id: UUID, token_index_of: TokenIndexOf, limit: int, now: datetime) -> bool:
    """Make the next links of a sending, at most so many, with an event each; False when it was done before."""
    async with transaction(pool) as connection:
        row = await (await connection.execute(LOCK, {"id": sending_id})).fetchone()
        if row is None:
            return False
        sending, line, serial = LinkSending(*row[:-2]), row[-2], row[-1]
        page = await _next_cards(connection, sending.order_id, line, serial, limit)
        cards = [each for each in page if each.gets_link]
        if page:
            line, serial = page[-1].line, page[-1].serial
        if cards:
            tokens = [token_index_of(each.key_id, each.card_id, 1) for each in cards]
            await _insert_links(connection, sending.order_id, cards, tokens, now)
        step = {"id": sending_id, "sent": len(cards), "line": line, "serial": serial, "is_last": not page}
        await connection.execute(ADVANCE, {**step, "now": now})
        return bool(page)


def sent_event(order_id: UUID, place: tuple[int, int], recipient_serial: int, sending: int) -> dict[str, Any]:
    """What the event of a sent link says: which card, whose it is, and the how manieth sending. No secret."""
    line, serial = place
    return {
        "order_id": wire_id("order", order_id),
        "line": line,
        "serial": serial,
        "recipient_serial": recipient_serial,
        "sending": sending,
    }


async def _next_cards(
    connection: Connection, order_id: UUID, at_line: int, at_serial: int, limit: int
) -> list[NextCard]:
    """The next cards, all of one line; none when all lines are through."""
    lines = await (await connection.execute(READ_LINES, {"order_id": order_id, "line": at_line})).fetchall()
    for line, issue_id in lines:
        serial = at_serial if line == at_line else 0
        where = {"line": line, "issue_id": issue_id, "serial": serial, "statuses": LINKED, "limit": limit}
        rows = await (await connection.execute(NEXT_CARDS, where)).fetchall()
        if rows:
            return [NextCard(*row) for row in rows]
    return []


async def _insert_links(
    connection: Connection, order_id: UUID, cards: Sequence[NextCard], tokens: Sequence[bytes], now: datetime
) -> None:
    ids, shards = [each.card_id for each in cards], [shard_of(each.card_id) for each in cards]
    links = {"cards": ids, "lines": [each.line for each in cards], "serials": [each.serial for each in cards]}
    common = {"order_id": order_id, "now": now, "expires_at": now + LINK_LIFETIME}
    await connection.execute(INSERT_LINKS, {**links, **common, "tokens": tokens})
    told = [sent_event(order_id, (each.line, each.serial), each.recipient_serial, 1) for each in cards]
    payloads = [_encode(each).decode() for each in told]
    events = {"ids": [fresh_id(shard) for shard in shards], "shards": shards, "cards": ids, "payloads": payloads}
    await connection.execute(INSERT_EVENTS, {**events, "now": now})


async def _find(pool: Pool, query: str, where: dict[str, Any]) -> LinkSending | None:
    async with pool.connection() as connection:
        return await _one(connection, query, where)


async def _one(connection: Connection, query: str, where: dict[str, Any]) -> LinkSending | None:
    async with connection.cursor(row_factory=class_row(LinkSending)) as cursor:
        await cursor.execute(query.encode(), where)
        return await cursor.fetchone()
