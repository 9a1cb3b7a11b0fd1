"""Whom customer service is to call, and the contacts that there have been."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from florin.domain.dormancy import DormancyReason, DormancyStage
from florin.domain.identifiers import wire_id
from florin.domain.member_contact import ContactChannel, ContactOutcome, LastContact
from florin.domain.paging import Page, page_of
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Pool, transaction
from florin.storage.dormancy.dormancy import IS_BACK, packs
from florin.storage.read_rows import read_rows

INSERT_CONTACT: Final = """
INSERT INTO contact (id, member_id, channel, outcome, notes_encrypted, next_on, login_id, at)
VALUES (%(id)s, %(member_id)s, %(channel)s, %(outcome)s, %(notes)s, %(next_on)s, %(login_id)s, %(at)s)
"""
CONTACTS: Final = """
SELECT id, member_id, channel, outcome, notes_encrypted AS notes, next_on, login_id, at FROM contact
WHERE member_id = %(member_id)s ORDER BY id DESC LIMIT %(limit)s
"""
# The row of a stage counts only as long as its owner is not back, which the book says. Nobody is called who has asked
# not to be. A date that was agreed on counts; without one, whoever was spoken to is left alone until the next notice.
QUIET_MEMBERS: Final = f"""
SELECT m.id AS member_id, m.user_name, m.mail_encrypted, m.mobile_encrypted, d.stage, d.reason, d.last_activity_at,
       coalesce(d.warned_at, d.since) AS noticed_at, g.unit, (
           SELECT sum(a.balance_minor)::bigint FROM strict_account a
           WHERE a.owner_id = m.id AND a.code IN (2020, 2021)) AS balance_minor,
       c.at AS contacted_at, c.channel, c.outcome, c.next_on
FROM dormancy d JOIN member m ON m.id = d.owner_id JOIN programme g ON g.id = d.programme_id
JOIN json_to_recordset(%(packs)s::text::json) AS p (name text, counted text[], undone_by text[])
  ON p.name = g.policy_pack
LEFT JOIN LATERAL (SELECT * FROM contact WHERE member_id = m.id ORDER BY id DESC LIMIT 1) c ON true
WHERE d.programme_id = %(programme_id)s AND d.owner_kind = 'member' AND d.owner_id > %(after)s
  AND m.status IN ('registered', 'active') AND NOT {IS_BACK}
  AND (c.id IS NULL OR (c.outcome <> 'no_more_calls' AND CASE
        WHEN c.next_on IS NOT NULL THEN c.next_on <= %(today)s ELSE c.at < coalesce(d.warned_at, d.since) END))
ORDER BY d.owner_id LIMIT %(rows)s
"""  # noqa: S608 (constants)


@dataclass(frozen=True, slots=True)
class NewContact:
    """A contact to be recorded; its notes are sealed."""

    id: UUID
    member_id: UUID
    channel: ContactChannel
    outcome: ContactOutcome
    notes: bytes | None
    next_on: date | None
    login_id: UUID


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact as it is kept, its notes sealed."""

    id: UUID
    member_id: UUID
    channel: str
    outcome: str
    notes: bytes | None = field(repr=False)
    next_on: date | None
    login_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberToCall:
    """A member who is to be called, where to, and why; what is personal is sealed."""

    member_id: UUID
    user_name: str
    mail_encrypted: bytes | None = field(repr=False)
    mobile_encrypted: bytes | None = field(repr=False)
    stage: DormancyStage
    reason: DormancyReason
    last_activity_at: datetime
    noticed_at: datetime
    unit: str
    balance_minor: int
    contacted_at: datetime | None
    channel: str | None
    outcome: str | None
    next_on: date | None

    @property
    def last_contact(self) -> LastContact | None:
        """The latest contact with the member."""
        if self.contacted_at is None or self.channel is None or self.outcome is None:
            return None
        return LastContact(self.contacted_at, ContactChannel(self.channel), ContactOutcome(self.outcome), self.next_on)


async def members_to_call(
    pool: Pool, programme_id: UUID, today: date, after: UUID, limit: int
) -> Page[MemberToCall, UUID]:
    """The next members behind ``after`` whom it is time to call on the programme's business date ``today``."""
    parameters = {
        "programme_id": programme_id,
        "today": today,
        "after": after,
        "rows": limit + 1,
        "packs": packs(),
    }
    found = await read_rows(pool, MemberToCall, QUIET_MEMBERS, parameters)
    return page_of([(each.member_id, each) for each in found], limit)


async def contacts_with(pool: Pool, member_id: UUID, limit: int) -> Sequence[Contact]:
    """The latest contacts with a member, the last one first."""
    return await read_rows(pool, Contact, CONTACTS, {"member_id": member_id, "limit": limit})


async def add_contact(pool: Pool, contact: NewContact, author: Author) -> None:
    """Record a contact; the audit trail tells of it without its notes."""
    row = {
        "id": contact.id,
        "member_id": contact.member_id,
        "channel": contact.channel.value,
        "outcome": contact.outcome.value,
        "notes": contact.notes,
        "next_on": contact.next_on,
        "login_id": contact.login_id,
        "at": author.now,
    }
    detail = {"contact_id": wire_id("contact", contact.id), "outcome": contact.outcome.value}
    async with transaction(pool) as connection:
        await connection.execute(INSERT_CONTACT, row)
        await record(connection, author, "contact.recorded", contact.member_id, detail)


async def record_opening(pool: Pool, action: str, subject_id: UUID, author: Author, members: int) -> None:
    """Write down, before anything is opened, who looks at the personal data of so many members."""
    async with transaction(pool) as connection:
        await record(connection, author, action, subject_id, {"members": members})
