"""Claim links as rows: found by the blind index of their token, sent once more, and claimed once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.claim_link import LINK_LIFETIME, SENDING_INTERVAL, LinkStatus, link_status
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.order_life import OrderOperation, OrderStatus, permit
from florin.domain.paging import Page, page_of
from florin.domain.people import Actor
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.corporate.link_sendings import LINKED, TokenIndexOf, sent_event
from florin.storage.outbox import emit

LIST: Final = """
SELECT k.line, k.serial, k.sending, k.sent_at, k.expires_at, k.claimed_at FROM claim_link k
WHERE k.order_id = %(order_id)s AND (k.line, k.serial) > (%(line)s::bigint, %(serial)s::bigint)
ORDER BY k.line, k.serial LIMIT %(limit)s
"""
# Also the order is locked, so that none is cancelled between the look and the sending.
LOCK_ORDER: Final = "SELECT status FROM corporate_order WHERE id = %(order_id)s FOR NO KEY UPDATE"
LOCK: Final = """
SELECT k.card_id, k.sending, k.sent_at, k.claimed_at FROM claim_link k
WHERE k.order_id = %(order_id)s AND k.line = %(line)s AND k.serial = %(serial)s FOR NO KEY UPDATE
"""
READ_CARD: Final = """
SELECT c.key_id, c.status = ANY(%(statuses)s), coalesce(r.recipient_serial, c.serial)
FROM card c LEFT JOIN card_replacement r ON r.new_card_id = c.id WHERE c.id = %(card_id)s
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
    """A card's link as a buyer may know it. ``sending`` counts the sendings; only the latest link can be used."""

    line: int
    serial: int
    sending: int
    sent_at: datetime
    expires_at: datetime
    claimed_at: datetime | None

    def status_at(self, now: datetime) -> LinkStatus:
        """Where it stands at a time."""
        return link_status(self.claimed_at, self.expires_at, now)


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
    where = {"order_id": order_id, "line": line, "serial": serial, "limit": limit + 1}
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(LinkSent)) as links:
        await links.execute(LIST, where)
        return page_of([(_place(each), each) for each in await links.fetchall()], limit)


async def send_again(
    pool: Pool, order_id: UUID, place: tuple[int, int], token_index_of: TokenIndexOf, actor: Actor, now: datetime
) -> LinkSent | Decline:
    """Send the link of the card at (line, serial) once more, with a new token: the one before is worth nothing.

    Declines: ``order_not_found``, ``order_not_in_state``, ``link_not_found``, ``link_claimed``, ``link_sent_today``.
    """
    line, serial = place
    where = {"order_id": order_id, "line": line, "serial": serial}
    async with transaction(pool) as connection:
        refusal = _refused_by_order(await _row(connection, LOCK_ORDER, where))
        if refusal is not None:
            return refusal
        found = await _row(connection, LOCK, where)
        if found is None:
            return Decline.LINK_NOT_FOUND
        card_id, sending, sent_at, claimed_at = found
        card = await _row(connection, READ_CARD, {"card_id": card_id, "statuses": LINKED})
        key_id, is_linked, recipient_serial = card or (0, False, 0)
        if not is_linked:
            return Decline.LINK_NOT_FOUND
        if claimed_at is not None:
            return Decline.LINK_CLAIMED
        if now < sent_at + SENDING_INTERVAL:
            return Decline.LINK_SENT_TODAY
        next_one = {
            "card_id": card_id,
            "sending": sending + 1,
            "token_index": token_index_of(key_id, card_id, sending + 1),
            "now": now,
            "expires_at": now + LINK_LIFETIME,
        }
        sent = LinkSent(*(await _row(connection, SEND_AGAIN, next_one) or ()))
        event = sent_event(order_id, place, recipient_serial, sent.sending)
        await emit(connection, "card_link.sent", card_id, event, now)
        await record(connection, Author(actor.session_id, now), "order.link_sent_again", order_id, event)
        return sent


async def find_linked_card(pool: Pool, token_index: bytes) -> LinkedCard | None:
    """The card that a link is for, whether it can still be claimed or not; None where no link has that token now."""
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(LinkedCard)) as cards:
        await cards.execute(FIND, {"token_index": token_index})
        return await cards.fetchone()


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


def _refused_by_order(found: Sequence[Any] | None) -> Decline | None:
    if found is None:
        return Decline.ORDER_NOT_FOUND
    follows = permit(OrderOperation.DELIVER, OrderStatus(found[0]))
    return follows if isinstance(follows, Decline) else None


def _place(link: LinkSent) -> int:
    return link.line * _PLACES_A_LINE + link.serial


async def _row(connection: Connection, query: str, where: dict[str, Any]) -> tuple[Any, ...] | None:
    return await (await connection.execute(query.encode(), where)).fetchone()
