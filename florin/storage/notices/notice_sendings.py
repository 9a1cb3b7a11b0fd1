"""Notices on their way: what waits for a channel, in which order, and what became of each attempt."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final
from uuid import UUID

from florin.domain.notice import KEPT, LONGEST_WAIT, Channel
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.read_rows import read_row, read_rows

# Three looks at one index: what is urgent; what is not, of each recipient the first that waits; and what a clock that
# has been set back since put off beyond every wait.
NEXT: Final = """
WITH next AS MATERIALIZED (
    (SELECT notice_id, attempts, due_at, position, is_urgent, begun_at, 0 AS turn FROM notice_sending
     WHERE channel = %(channel)s AND is_urgent AND status = 'waiting' AND due_at <= %(now)s
     ORDER BY due_at, position LIMIT %(limit)s)
    UNION ALL
    (SELECT notice_id, attempts, due_at, position, is_urgent, begun_at, 1 FROM notice_sending s
     WHERE channel = %(channel)s AND NOT is_urgent AND status = 'waiting' AND due_at <= %(now)s
       AND NOT EXISTS (
        SELECT FROM notice_sending b WHERE b.recipient_id = s.recipient_id AND b.channel = s.channel
          AND b.status = 'waiting' AND b.position < s.position)
     ORDER BY due_at, position LIMIT %(limit)s)
    UNION ALL
    (SELECT notice_id, attempts, due_at, position, is_urgent, begun_at, 2 FROM notice_sending
     WHERE channel = %(channel)s AND is_urgent IN (true, false) AND status = 'waiting' AND due_at > %(latest)s
     ORDER BY due_at, position LIMIT %(limit)s)
    ORDER BY turn, due_at, position LIMIT %(limit)s
)
SELECT n.id, n.kind, n.recipient_kind, n.recipient_id, n.programme_id, n.facts, n.secret_encrypted,
       n.address_encrypted, n.made_at, n.useless_from, s.attempts, p.name AS programme_name, p.time_zone,
       coalesce(n.language, r.language, w.language, t.language) AS language, t.quiet_from, t.quiet_until,
       coalesce(m.user_name, l.user_name) AS user_name,
       coalesce(m.mail_encrypted, w.mail_encrypted, h.mail_encrypted) AS mail_encrypted, m.mobile_encrypted,
       s.is_urgent, s.begun_at, h.id AS closure_id
FROM next s JOIN notice n ON n.id = s.notice_id
LEFT JOIN programme p ON p.id = n.programme_id
LEFT JOIN notice_terms t ON t.programme_id = n.programme_id
LEFT JOIN member m ON n.recipient_kind = 'member' AND m.id = n.recipient_id
LEFT JOIN notice_reader r ON r.member_id = m.id
LEFT JOIN login l ON n.recipient_kind = 'login' AND l.id = n.recipient_id AND l.status = 'active' AND NOT l.waits
LEFT JOIN login_notices w ON w.login_id = l.id
LEFT JOIN closure h ON n.recipient_kind = 'holder'
    AND h.id = substring(coalesce(n.facts->>'closure_id', n.facts->>'id') FROM '^clo_([0-9a-f]{32})$')::uuid
ORDER BY s.turn, s.due_at, s.position
"""
SET_CHANNEL: Final = """
UPDATE notice_sending SET channel = %(channel)s WHERE notice_id = %(notice_id)s AND channel = 'either'
"""
BEGIN: Final = """
UPDATE notice_sending SET begun_at = %(now)s WHERE notice_id = %(notice_id)s AND channel = %(channel)s
"""
MARK: Final = """
UPDATE notice_sending SET status = %(status)s, attempts = attempts + %(tried)s, due_at = coalesce(%(due_at)s, due_at),
    failure = %(failure)s, ended_at = %(ended_at)s
WHERE notice_id = %(notice_id)s AND channel = %(channel)s AND status = 'waiting'
"""
# A secret is kept for as long as somebody is still to be told of it, and no longer.
DROP_WHAT_IS_SEALED: Final = """
UPDATE notice SET secret_encrypted = NULL
WHERE id = %(notice_id)s AND secret_encrypted IS NOT NULL
  AND NOT EXISTS (SELECT FROM notice_sending WHERE notice_id = %(notice_id)s AND status = 'waiting')
"""
LINKED_CARD: Final = """
SELECT k.sending, k.expires_at, k.claimed_at, k.order_id, k.line, coalesce(rp.recipient_serial, k.serial) AS serial,
       c.key_id, c.status = ANY(%(statuses)s) AS is_linked, c.denomination_minor, p.unit,
       u.name AS sender, q.contact_encrypted
FROM claim_link k JOIN card c ON c.id = k.card_id
JOIN corporate_order o ON o.id = k.order_id JOIN customer u ON u.id = o.customer_id
JOIN programme p ON p.id = o.programme_id
LEFT JOIN card_replacement rp ON rp.new_card_id = c.id
JOIN order_recipient q ON q.order_id = k.order_id AND q.line = k.line
    AND q.serial = coalesce(rp.recipient_serial, k.serial) AND q.contact_encrypted IS NOT NULL
WHERE k.card_id = %(card_id)s
"""
FORGET: Final = """
DELETE FROM notice WHERE id IN (
    SELECT id FROM notice n WHERE made_at < %(before)s AND kind <> ALL(%(kept)s)
      AND NOT EXISTS (SELECT FROM notice_sending s WHERE s.notice_id = n.id AND s.status = 'waiting')
    ORDER BY made_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True, slots=True)
class WaitingNotice:
    """A notice whose turn it is, with all that its text and its address are made of; what is personal is sealed."""

    id: UUID
    kind: str
    recipient_kind: str
    recipient_id: UUID
    programme_id: UUID | None
    facts: dict[str, Any]
    secret_encrypted: bytes | None
    address_encrypted: bytes | None
    made_at: datetime
    useless_from: datetime | None
    attempts: int
    programme_name: str | None
    time_zone: str | None
    language: str | None
    quiet_from: time | None
    quiet_until: time | None
    user_name: str | None
    mail_encrypted: bytes | None
    mobile_encrypted: bytes | None
    is_urgent: bool
    begun_at: datetime | None
    closure_id: UUID | None


@dataclass(frozen=True, slots=True)
class LinkedRecipient:
    """A card's claim link and who is to get it; the contact is sealed. The denomination is in minor units."""

    sending: int
    expires_at: datetime
    claimed_at: datetime | None
    order_id: UUID
    line: int
    serial: int
    key_id: int
    is_linked: bool
    denomination_minor: int
    unit: str
    sender: str
    contact_encrypted: bytes

    @property
    def place(self) -> tuple[int, int]:
        """Where the recipient stands in the order: line and serial number."""
        return self.line, self.serial


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of a notice on a channel: sent, failed, dropped, or waiting until ``due_at``."""

    status: str
    failure: str | None = None
    due_at: datetime | None = None
    was_tried: bool = True


async def next_notices(pool: Pool, channel: Channel, now: datetime, limit: int) -> list[WaitingNotice]:
    """What is to go out on a channel now, what is urgent first, at most ``limit``."""
    wanted = {"channel": channel.value, "now": now, "latest": now + LONGEST_WAIT, "limit": limit}
    return await read_rows(pool, WaitingNotice, NEXT, wanted)


async def linked_recipient(pool: Pool, card_id: UUID, statuses: list[str]) -> LinkedRecipient | None:
    """Who is to get a card's claim link; the card is linked while its status is one of ``statuses``."""
    return await read_row(pool, LinkedRecipient, LINKED_CARD, {"card_id": card_id, "statuses": statuses})


async def set_channel(pool: Pool, notice_id: UUID, channel: Channel) -> None:
    """Write which way a notice goes, now that its address has been looked at."""
    async with pool.connection() as connection:
        await connection.execute(SET_CHANNEL, {"notice_id": notice_id, "channel": channel.value})


async def write_beginning(pool: Pool, notice_id: UUID, channel: Channel, now: datetime) -> None:
    """Write that somebody is about to be asked to send a notice: whoever is killed then has left a trace."""
    async with transaction(pool) as connection:
        await connection.execute(BEGIN, {"notice_id": notice_id, "channel": channel.value, "now": now})


async def write_ending(pool: Pool, notice_id: UUID, channel: Channel, ending: Ending, now: datetime) -> None:
    """Write what became of a notice on a channel; its secret goes when nobody is to be told any more."""
    async with transaction(pool) as connection:
        await _write(connection, notice_id, channel, ending, now)


async def _write(connection: Connection, notice_id: UUID, channel: Channel, ending: Ending, now: datetime) -> None:
    row = {
        "notice_id": notice_id,
        "channel": channel.value,
        "status": ending.status,
        "tried": int(ending.was_tried),
        "due_at": ending.due_at,
        "failure": ending.failure,
        "ended_at": None if ending.status == "waiting" else now,
    }
    await connection.execute(MARK, row)
    if ending.status != "waiting":
        await connection.execute(DROP_WHAT_IS_SEALED, row)


async def forget_notices(pool: Pool, before: datetime, limit: int) -> int:
    """Delete at most ``limit`` notices that were made before an instant and wait for nothing; return how many."""
    async with transaction(pool) as connection:
        return (await connection.execute(FORGET, {"before": before, "limit": limit, "kept": [*KEPT]})).rowcount
