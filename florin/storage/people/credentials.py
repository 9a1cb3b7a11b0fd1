"""What a member proves to be somebody with: the password's hash and the sealed secret of one-time codes.

Each change names what was verified before it, in the statement itself: of two changes at once one finds that its ground
has gone.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.member_life import MemberOperation, statuses_for
from florin.domain.sign_in_names import SignInNameKind
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Pool, transaction
from florin.storage.members.sessions import revoke_other_sessions
from florin.storage.read_rows import read_row

_COLUMNS: Final = """
SELECT id AS member_id, user_name, password_hash, totp_secret_encrypted, totp_confirmed_at IS NOT NULL AS totp_on,
       totp_last_step
FROM member
"""
BY_USER_NAME: Final = _COLUMNS + "WHERE programme_id = %(programme_id)s AND user_name = %(key)s"
BY_MAIL: Final = _COLUMNS + "WHERE programme_id = %(programme_id)s AND mail_index = %(key)s"
BY_MOBILE: Final = _COLUMNS + "WHERE programme_id = %(programme_id)s AND mobile_index = %(key)s"
BY_ID: Final = _COLUMNS + "WHERE id = %(member_id)s"

STORE_HASH: Final = """
UPDATE member SET password_hash = %(new_hash)s
WHERE id = %(member_id)s AND password_hash = %(verified_hash)s AND status = ANY(%(statuses)s)
"""

ENROL_TOTP: Final = """
UPDATE member SET totp_secret_encrypted = %(sealed)s, totp_last_step = NULL
WHERE id = %(member_id)s AND totp_confirmed_at IS NULL AND status = ANY(%(statuses)s)
"""

CONFIRM_TOTP: Final = """
UPDATE member SET totp_confirmed_at = %(now)s, totp_last_step = %(step)s
WHERE id = %(member_id)s AND totp_confirmed_at IS NULL AND totp_secret_encrypted = %(sealed)s
    AND status = ANY(%(statuses)s)
"""

USE_TOTP_STEP: Final = """
UPDATE member SET totp_last_step = %(step)s
WHERE id = %(member_id)s AND totp_confirmed_at IS NOT NULL AND totp_secret_encrypted = %(sealed)s
    AND coalesce(totp_last_step, -1) < %(step)s
"""

REMOVE_TOTP: Final = """
UPDATE member SET totp_secret_encrypted = NULL, totp_confirmed_at = NULL, totp_last_step = NULL
WHERE id = %(member_id)s AND status = ANY(%(statuses)s)
"""

_BY_NAME: Final = {
    SignInNameKind.USER_NAME: BY_USER_NAME,
    SignInNameKind.MAIL: BY_MAIL,
    SignInNameKind.MOBILE: BY_MOBILE,
}


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a proof is checked against. ``totp_on`` tells a confirmed secret from one that waits for its first code."""

    member_id: UUID
    user_name: str
    password_hash: str
    totp_secret_encrypted: bytes | None
    totp_on: bool
    totp_last_step: int | None


async def credentials_by_name(
    pool: Pool, programme_id: UUID, kind: SignInNameKind, key: str | bytes
) -> Credentials | None:
    """The credentials of a programme's member by the canonical user name, or by the blind index of mail or mobile."""
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(Credentials)) as cursor:
        await cursor.execute(_BY_NAME[kind], {"programme_id": programme_id, "key": key})
        return await cursor.fetchone()


async def credentials_of(pool: Pool, member_id: UUID) -> Credentials | None:
    """The credentials of a member."""
    return await read_row(pool, Credentials, BY_ID, {"member_id": member_id})


async def change_password(
    pool: Pool, verified: Credentials, new_hash: str, kept_session_id: UUID, author: Author
) -> bool:
    """Store a new password's hash and end every session but one; False when the verified hash is not there any more."""
    row = {**_member(verified.member_id), "verified_hash": verified.password_hash, "new_hash": new_hash}
    async with transaction(pool) as connection:
        if (await connection.execute(STORE_HASH, row)).rowcount == 0:
            return False
        revoked = await revoke_other_sessions(connection, verified.member_id, kept_session_id, author.now)
        detail = {"sessions_revoked": revoked}
        await record(connection, author, "member.password_changed", verified.member_id, detail)
        return True


async def enrol_totp(pool: Pool, member_id: UUID, sealed: bytes) -> bool:
    """Keep a secret that waits for its first code, in place of one that waited before; False when codes are on."""
    async with transaction(pool) as connection:
        return (await connection.execute(ENROL_TOTP, {**_member(member_id), "sealed": sealed})).rowcount == 1


async def confirm_totp(pool: Pool, member_id: UUID, sealed: bytes, step: int, author: Author) -> bool:
    """Turn one-time codes on, the step of the first code used up; False when that secret does not wait any more."""
    row = {**_member(member_id), "sealed": sealed, "step": step, "now": author.now}
    async with transaction(pool) as connection:
        if (await connection.execute(CONFIRM_TOTP, row)).rowcount == 0:
            return False
        await record(connection, author, "member.totp_confirmed", member_id, {})
        return True


async def use_totp_step(pool: Pool, verified: Credentials, step: int) -> bool:
    """Use a code up by its step; False when it, or a later one, was used in the meantime."""
    row = {"member_id": verified.member_id, "sealed": verified.totp_secret_encrypted, "step": step}
    async with transaction(pool) as connection:
        return (await connection.execute(USE_TOTP_STEP, row)).rowcount == 1


async def remove_totp(pool: Pool, member_id: UUID, author: Author) -> bool:
    """Turn one-time codes off and forget the secret; False when the member may not change anything."""
    async with transaction(pool) as connection:
        if (await connection.execute(REMOVE_TOTP, _member(member_id))).rowcount == 0:
            return False
        await record(connection, author, "member.totp_removed", member_id, {})
        return True


def _member(member_id: UUID) -> dict[str, object]:
    return {"member_id": member_id, "statuses": statuses_for(MemberOperation.CHANGE_PROFILE)}
