"""Claim links as rows: found by the blind index of their token, sent once more, and claimed once."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.card_life import CardStatus
from florin.domain.claim_link import ENDED, LINK_LIFETIME, LinkStatus, link_status
from florin.domain.identifiers import wire_id
from florin.domain.paging import Page, page_of
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.corporate.link_sendings import LINKED, sent_event
from florin.storage.corporate.order_change import OrderChange
from florin.storage.corporate.orders import OrderView
from florin.storage.outbox import emit
from florin.storage.read_rows import read_row, read_rows

LIST: Final = """
SELECT k.line, k.serial, k.sending, k.sent_at, k.expires_at, k.claimed_at,
       CASE WHEN c.status = ANY(%(ended)s) THEN c.status END AS ended_as
FROM claim_link k JOIN card c ON c.id = k.card_id
WHERE k.order_id = %(order_id)s AND (k.line, k.serial) > (%(line)s::bigint, %(serial)s::bigint)
ORDER BY k.line, k.serial LIMIT %(limit)s
"""
LOCK: Final = """
SELECT k.card_id FROM claim_link k
WHERE k.order_id = %(order_id)s AND k.line = %(line)s AND k.serial = %(serial)s FOR NO KEY UPDATE
"""
READ_LOCKED: Final = """
SELECT k.card_id, k.sending, k.sent_at, k.claimed_at, c.key_id, c.status = ANY(%(statuses)s) AS is_linked,
       coalesce(r.recipient_serial, c.serial) AS recipient_serial
FROM claim_link k JOIN card c ON c.id = k.card_id LEFT JOIN card_replacement r ON r.new_card_id = c.id
WHERE k.card_id = %(card_id)s
"""
SEND_AGAIN: Final = """
UPDATE claim_link SET token_index = %(token_index)s, sending = %(sending)s, sent_at = %(now)s,
    expires_at = %(expires_at)s
WHERE card_id = %(card_id)s
RETURNING line, serial, sending, sent_at, expires_at, claimed_at
"""
FIND: Final = """
SELECT k.card_id, k.expires_at, k.claimed_at, c.status AS card_status, c.key_id, c.number_encrypted,
       c.ecode_index IS NOT NULL AS has_ecode, c.denomination_minor, c.expires_on, p.name AS programme_name, p.unit,
       u.name AS sender
FROM claim_link k
JOIN card c ON c.id = k.card_id
JOIN corporate_order o ON o.id = k.order_id
JOIN programme p ON p.id = o.programme_id
JOIN customer u ON u.id = o.customer_id
WHERE k.token_index = %(token_index)s
"""
# One statement, so that of many who hold the same link one gets the card.
CLAIM: Final = """
UPDATE claim_link SET claimed_at = %(now)s
WHERE token_index = %(token_index)s AND claimed_at IS NULL AND expires_at > %(now)s
RETURNING card_id, order_id, line, serial
"""

_PLACES_A_LINE: Final = 1 << 32
"""A link's place in its order is one number: its line times this, and its serial number."""


@dataclass(frozen=True, slots=True)
class LinkSent:
    """A card's link as a buyer may know it. ``sending`` counts the sendings; only the latest link can be used.

    ``ended_as`` is the card's status where it was replaced or given up, and None of every other card.
    """

    line: int
    serial: int
    sending: int
    sent_at: datetime
    expires_at: datetime
    claimed_at: datetime | None
    ended_as: str | None = None

    def status_at(self, now: datetime) -> LinkStatus:
        """Where it stands at a time."""
        ended_as = None if self.ended_as is None else CardStatus(self.ended_as)
        return link_status(ended_as, self.claimed_at, self.expires_at, now)


@dataclass(frozen=True, slots=True)
class LatestLink:
    """A card's link as whoever sends it once more must know it.

    ``is_linked`` is False of a card that was given up or replaced; its recipient stands at ``recipient_serial``.
    """

    card_id: UUID
    sending: int
    sent_at: datetime
    claimed_at: datetime | None
    key_id: int
    is_linked: bool
    recipient_serial: int


@dataclass(frozen=True, slots=True)
class LinkedCard:
    """A card as its link finds it; what is secret is sealed. The denomination is in minor units."""

    card_id: UUID
    expires_at: datetime
    claimed_at: datetime | None
    card_status: str
    key_id: int
    number_encrypted: bytes
    has_ecode: bool
    denomination_minor: int
    expires_on: date | None
    programme_name: str
    unit: str
    sender: str


async def list_links(pool: Pool, order_id: UUID, after: int, limit: int) -> Page[LinkSent, int]:
    """A page of an order's links in the order of line and serial number, after the place given, 0 for the first."""
    line, serial = divmod(after, _PLACES_A_LINE)
    where = {"order_id": order_id, "line": line, "serial": serial, "limit": limit + 1, "ended": ENDED}
    found = await read_rows(pool, LinkSent, LIST, where)
    return page_of([(_place(each), each) for each in found], limit)


async def lock_link(connection: Connection, order_id: UUID, line: int, serial: int) -> LatestLink | None:
    """The link of the card at a place of an order, locked until the caller's transaction ends, if there is one."""
    found = await _row(connection, LOCK, {"order_id": order_id, "line": line, "serial": serial})
    if found is None:
        return None
    async with connection.cursor(row_factory=class_row(LatestLink)) as links:
        await links.execute(READ_LOCKED, {"card_id": found[0], "statuses": LINKED})
        return await links.fetchone()


async def write_sent_again(change: OrderChange, order: OrderView, latest: LatestLink, token_index: bytes) -> LinkSent:
    """Write that a link is sent once more, with a new token: the one before is worth nothing."""
    now, sending = change.author.now, latest.sending + 1
    next_one = {
        "card_id": latest.card_id,
        "sending": sending,
        "token_index": token_index,
        "now": now,
        "expires_at": now + LINK_LIFETIME,
    }
    sent = LinkSent(*(await _row(change.connection, SEND_AGAIN, next_one) or ()))
    event = sent_event(order.id, (sent.line, sent.serial), latest.recipient_serial, sending)
    await emit(change.connection, "card_link.sent", latest.card_id, event, now)
    await change.record("order.link_sent_again", order, event)
    return sent


async def find_linked_card(pool: Pool, token_index: bytes) -> LinkedCard | None:
    """The card that a link is for, whether it can still be claimed or not; None where no link has that token now."""
    return await read_row(pool, LinkedCard, FIND, {"token_index": token_index})


async def claim_link(pool: Pool, token_index: bytes, now: datetime) -> bool:
    """Use the link up; False when somebody else has, or it was sent once more, or its time has passed."""
    async with transaction(pool) as connection:
        row = await _row(connection, CLAIM, {"token_index": token_index, "now": now})
        if row is None:
            return False
        card_id, order_id, line, serial = row
        detail = {"order_id": wire_id("order", order_id), "line": line, "serial": serial}
        await record(connection, Author(None, now), "card_link.claimed", card_id, detail)
        return True


def _place(link: LinkSent) -> int:
    return link.line * _PLACES_A_LINE + link.serial


async def _row(connection: Connection, query: str, where: dict[str, Any]) -> tuple[Any, ...] | None:
    return await (await connection.execute(query.encode(), where)).fetchone()
