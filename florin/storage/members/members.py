"""Members: their registration, contacts and identity. What is personal arrives here sealed and leaves sealed.

A change writes only while the member's status permits it, in the statement itself, so that an account that is being
blocked cannot be changed in the same moment.
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg.errors import UniqueViolation
from psycopg.rows import class_row

from florin.domain.chart import AccountCode
from florin.domain.declines import Decline
from florin.domain.identifiers import shard_of, wire_id
from florin.domain.member_life import MemberOperation, MemberStatus, statuses_for
from florin.storage.audit_trail import Author, record
from florin.storage.configuration import Agreement
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.loyalty.referrals import write_referral
from florin.storage.notices.notice_preferences import write_birthday
from florin.storage.outbox import emit
from florin.storage.read_rows import read_row

CURRENT_AGREEMENT: Final = """
SELECT programme_id, version, text, effective_at FROM agreement
WHERE programme_id = %(programme_id)s AND effective_at <= %(now)s
ORDER BY effective_at DESC, version DESC LIMIT 1
"""

INSERT_MEMBER: Final = """
INSERT INTO member (id, shard, programme_id, user_name, password_hash, mail_index, mail_encrypted, mobile_index,
                    mobile_encrypted, agreement_version, agreed_at, status, created_at)
VALUES (%(id)s, %(shard)s, %(programme_id)s, %(user_name)s, %(password_hash)s, %(mail_index)s, %(mail_encrypted)s,
        %(mobile_index)s, %(mobile_encrypted)s, %(agreement_version)s, %(now)s, %(status)s, %(now)s)
"""

OPEN_WALLET: Final = """
INSERT INTO strict_account (owner_id, code, shard, programme_id, unit)
SELECT %(id)s, %(code)s, %(shard)s, id, unit FROM programme WHERE id = %(programme_id)s
"""

READ_PROFILE: Final = """
SELECT id, programme_id, user_name, status, mail_encrypted, mobile_encrypted, identity_encrypted, agreement_version,
       agreed_at, totp_confirmed_at IS NOT NULL AS totp_on, created_at
FROM member WHERE id = %(member_id)s
"""

BY_USER_NAME: Final = "SELECT id FROM member WHERE programme_id = %(programme_id)s AND user_name = %(user_name)s"

CHANGE_CONTACTS: Final = """
UPDATE member SET mail_index = %(mail_index)s, mail_encrypted = %(mail_encrypted)s,
    mobile_index = %(mobile_index)s, mobile_encrypted = %(mobile_encrypted)s
WHERE id = %(member_id)s AND status = ANY(%(statuses)s)
"""

RECORD_IDENTITY: Final = """
UPDATE member SET identity_encrypted = %(identity_encrypted)s
WHERE id = %(member_id)s AND identity_encrypted IS NULL AND status = ANY(%(statuses)s)
"""

HAS_IDENTITY: Final = "SELECT identity_encrypted IS NOT NULL FROM member WHERE id = %(member_id)s"

_TAKEN: Final = {
    "member_user_name_is_unique": Decline.USER_NAME_TAKEN,
    "member_mail_is_unique": Decline.CONTACT_TAKEN,
    "member_mobile_is_unique": Decline.CONTACT_TAKEN,
}
"""What the unique keys of members mean to whoever runs into one."""


@dataclass(frozen=True, slots=True)
class SealedContacts:
    """Mail address and mobile number, each as blind index and sealed value, or None where there is none."""

    mail_index: bytes | None
    mail_encrypted: bytes | None
    mobile_index: bytes | None
    mobile_encrypted: bytes | None


@dataclass(frozen=True, slots=True)
class NewMember:
    """Who registers, and who brought it in if somebody did.

    ``user_name`` is in its canonical form; the password is hashed and the contacts are sealed.
    """

    id: UUID
    programme_id: UUID
    user_name: str
    password_hash: str
    contacts: SealedContacts
    agreement_version: str
    referrer_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class SealedProfile:
    """What is kept of a member, personal data sealed."""

    id: UUID
    programme_id: UUID
    user_name: str
    status: MemberStatus
    mail_encrypted: bytes | None
    mobile_encrypted: bytes | None
    identity_encrypted: bytes | None
    agreement_version: str
    agreed_at: datetime
    totp_on: bool
    created_at: datetime


async def current_agreement(pool: Pool, programme_id: UUID, now: datetime) -> Agreement | None:
    """The terms of a programme that are in force at ``now``; None when none have been published."""
    return await read_row(pool, Agreement, CURRENT_AGREEMENT, {"programme_id": programme_id, "now": now})


async def add_member(pool: Pool, member: NewMember, now: datetime) -> Decline | None:
    """Register a member and open an empty wallet, with event and audit row; a decline when a name is taken."""
    shard = shard_of(member.id)
    names = {"id": member.id, "programme_id": member.programme_id, "shard": shard, "now": now}
    row = {
        **names,
        **asdict(member.contacts),
        "user_name": member.user_name,
        "password_hash": member.password_hash,
        "agreement_version": member.agreement_version,
        "status": MemberStatus.REGISTERED.value,
    }
    try:
        async with transaction(pool) as connection:
            await connection.execute(INSERT_MEMBER, row)
            await connection.execute(OPEN_WALLET, {**names, "code": int(AccountCode.WALLET_PRINCIPAL)})
            if member.referrer_id is not None:
                await write_referral(connection, member.programme_id, member.id, member.referrer_id, now)
            await _tell_of_registration(connection, member, now)
    except UniqueViolation as violation:
        return _taken(violation)
    return None


async def profile_of(pool: Pool, member_id: UUID) -> SealedProfile | None:
    """What is kept of a member."""
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(SealedProfile)) as cursor:
        await cursor.execute(READ_PROFILE, {"member_id": member_id})
        row = await cursor.fetchone()
    return None if row is None else replace(row, status=MemberStatus(row.status))


async def member_named(pool: Pool, programme_id: UUID, user_name: str) -> UUID | None:
    """The member of a programme with that user name, in its canonical form."""
    async with pool.connection() as connection:
        wanted = {"programme_id": programme_id, "user_name": user_name}
        row = await (await connection.execute(BY_USER_NAME, wanted)).fetchone()
    return None if row is None else row[0]


async def change_contacts(pool: Pool, member_id: UUID, contacts: SealedContacts, author: Author) -> Decline | None:
    """Replace a member's contacts by others; a decline when one is taken or the member may not change anything."""
    row = {**asdict(contacts), "member_id": member_id, "statuses": statuses_for(MemberOperation.CHANGE_PROFILE)}
    kept = {"mail": contacts.mail_index is not None, "mobile": contacts.mobile_index is not None}
    try:
        async with transaction(pool) as connection:
            if (await connection.execute(CHANGE_CONTACTS, row)).rowcount == 0:
                return Decline.MEMBER_NOT_ACTIVE
            await record(connection, author, "member.contacts_changed", member_id, kept)
    except UniqueViolation as violation:
        return _taken(violation)
    return None


async def record_identity(
    pool: Pool, member_id: UUID, sealed: bytes, birthday: int | None, author: Author
) -> Decline | None:
    """Keep a member's sealed identity for good; a decline when there is one or the member may not change anything.

    ``birthday`` is the month and day of birth (101 to 1231) where the document says it.
    """
    row = {
        "member_id": member_id,
        "identity_encrypted": sealed,
        "statuses": statuses_for(MemberOperation.CHANGE_PROFILE),
    }
    async with transaction(pool) as connection:
        if (await connection.execute(RECORD_IDENTITY, row)).rowcount == 1:
            if birthday is not None:
                await write_birthday(connection, member_id, birthday)
            await record(connection, author, "member.identity_recorded", member_id, {})
            return None
        found = await (await connection.execute(HAS_IDENTITY, row)).fetchone()
        return Decline.IDENTITY_ON_RECORD if found is not None and found[0] else Decline.MEMBER_NOT_ACTIVE


async def _tell_of_registration(connection: Connection, member: NewMember, now: datetime) -> None:
    told = {"id": wire_id("member", member.id), "programme_id": wire_id("programme", member.programme_id)}
    await emit(connection, "member.registered", member.id, told, now)
    detail = {"agreement_version": member.agreement_version}
    # Nobody is signed in while registering: the new member is the one who acts.
    await record(connection, Author(member.id, now), "member.registered", member.id, detail)


def _taken(violation: UniqueViolation) -> Decline:
    name = violation.diag.constraint_name or ""
    if name not in _TAKEN:
        raise violation
    return _TAKEN[name]
