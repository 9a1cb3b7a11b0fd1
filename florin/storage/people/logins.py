"""What a login proves to be somebody's with: the password's hash, the sealed secret of one-time codes, and its state.

Each change names what was verified before it, in the statement itself: of two changes at once one finds that its ground
has gone.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.people.login_sessions import revoke_other_sessions
from florin.storage.read_rows import read_row

_COLUMNS: Final = """
SELECT id AS login_id, user_name, password_hash, must_change_password, status = 'active' AS is_active,
       totp_secret_encrypted, totp_confirmed_at IS NOT NULL AS totp_on, totp_last_step
FROM login
"""
BY_USER_NAME: Final = _COLUMNS + "WHERE user_name = %(user_name)s"
BY_ID: Final = _COLUMNS + "WHERE id = %(login_id)s"

SPEND_CODE: Final = """
UPDATE login SET totp_last_step = %(step)s
WHERE id = %(login_id)s AND status = 'active' AND totp_confirmed_at IS NOT NULL AND totp_secret_encrypted = %(sealed)s
    AND coalesce(totp_last_step, -1) < %(step)s
"""

STORE_HASH: Final = """
UPDATE login SET password_hash = %(new_hash)s, must_change_password = false
WHERE id = %(login_id)s AND password_hash = %(verified_hash)s AND status = 'active'
"""

ENROL_TOTP: Final = """
UPDATE login SET totp_secret_encrypted = %(sealed)s, totp_last_step = NULL
WHERE id = %(login_id)s AND totp_confirmed_at IS NULL AND status = 'active'
"""

CONFIRM_TOTP: Final = """
UPDATE login SET totp_confirmed_at = %(now)s, totp_last_step = %(step)s
WHERE id = %(login_id)s AND totp_confirmed_at IS NULL AND totp_secret_encrypted = %(sealed)s AND status = 'active'
"""


@dataclass(frozen=True, slots=True)
class LoginCredentials:
    """What a proof is checked against. ``totp_on`` tells a confirmed secret from one that waits for its first code."""

    login_id: UUID
    user_name: str
    password_hash: str
    must_change_password: bool
    is_active: bool
    totp_secret_encrypted: bytes | None
    totp_on: bool
    totp_last_step: int | None


@dataclass(frozen=True, slots=True)
class CodeProof:
    """A one-time code that was right and is not spent yet: whose, by which sealed secret, and its step."""

    login_id: UUID
    sealed: bytes
    step: int


async def login_named(pool: Pool, user_name: str) -> LoginCredentials | None:
    """The credentials of the login with that canonical user name."""
    return await read_row(pool, LoginCredentials, BY_USER_NAME, {"user_name": user_name})


async def login_credentials(pool: Pool, login_id: UUID) -> LoginCredentials | None:
    """The credentials of a login."""
    return await read_row(pool, LoginCredentials, BY_ID, {"login_id": login_id})


async def spend_code(connection: Connection, proof: CodeProof) -> bool:
    """Spend a code in the transaction of the action that it stands for.

    False when it, or a later one, was used in the meantime, or the login was blocked or reset: the action must not be
    carried out then.
    """
    row = {"login_id": proof.login_id, "sealed": proof.sealed, "step": proof.step}
    return (await connection.execute(SPEND_CODE, row)).rowcount == 1


async def spend_code_at_once(pool: Pool, proof: CodeProof) -> bool:
    """Spend a code by itself, before an action that has no transaction of ours; False as `spend_code`."""
    async with transaction(pool) as connection:
        return await spend_code(connection, proof)


async def change_login_password(
    pool: Pool,
    verified: LoginCredentials,
    proof: CodeProof | None,
    new_hash: str,
    kept_session_id: UUID,
    author: Author,
) -> bool:
    """Store a new password's hash, spend the code that was shown and end every session of the login but one.

    False, and nothing is done, when the verified hash is not there any more or the code was used meanwhile.
    """
    row = {"login_id": verified.login_id, "verified_hash": verified.password_hash, "new_hash": new_hash}
    async with transaction(pool) as connection:
        if proof is not None and not await spend_code(connection, proof):
            return False
        if (await connection.execute(STORE_HASH, row)).rowcount == 0:
            return False
        revoked = await revoke_other_sessions(connection, verified.login_id, kept_session_id, author.now)
        await record(connection, author, "login.password_changed", verified.login_id, {"sessions_revoked": revoked})
        return True


async def enrol_login_totp(pool: Pool, login_id: UUID, sealed: bytes) -> bool:
    """Keep a secret that waits for its first code, in place of one that waited before; False when codes are on."""
    async with transaction(pool) as connection:
        return (await connection.execute(ENROL_TOTP, {"login_id": login_id, "sealed": sealed})).rowcount == 1


async def confirm_login_totp(pool: Pool, login_id: UUID, sealed: bytes, step: int, author: Author) -> bool:
    """Turn one-time codes on, the step of the first code used up; False when that secret does not wait any more."""
    row = {"login_id": login_id, "sealed": sealed, "step": step, "now": author.now}
    async with transaction(pool) as connection:
        if (await connection.execute(CONFIRM_TOTP, row)).rowcount == 0:
            return False
        await record(connection, author, "login.totp_confirmed", login_id, {})
        return True
