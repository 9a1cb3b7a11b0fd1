"""Sessions of the people who work with Florin: opened by a sign-in, found by the digest of their token.

They end by time, sign-out or revocation, and live as long as those of members. Their ids stand in the audit trail as
who acted, so their rows are never deleted.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString
from uuid import UUID

from psycopg.rows import dict_row

from florin.domain.people import Actor, Role
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.fresh_ids import fresh_id
from florin.storage.members.sessions import SESSION_LIFETIME

# One statement, so that nothing can change between what was verified and what is opened: the hash must still be the one
# that matched, and where codes are on, the code's step must be later than every one before it. The command line keeps
# the code for the action that it was asked for, whose transaction spends it.
OPEN: Final = """
WITH admitted AS (
    UPDATE login SET
        password_hash = coalesce(%(new_hash)s, password_hash),
        totp_last_step = CASE WHEN totp_confirmed_at IS NULL OR %(keeps_code)s THEN totp_last_step
                              ELSE %(totp_step)s::bigint END
    WHERE id = %(login_id)s AND password_hash = %(verified_hash)s AND status = 'active'
        AND (totp_confirmed_at IS NULL OR coalesce(totp_last_step, -1) < %(totp_step)s::bigint)
    RETURNING id, person_id, roles, customer_id, must_change_password, totp_confirmed_at, waits
), opened AS (
    INSERT INTO login_session (digest, id, login_id, created_at, expires_at)
    SELECT %(digest)s, %(session_id)s, id, %(now)s, %(expires_at)s FROM admitted
    RETURNING id AS session_id, login_id, expires_at
)
SELECT o.session_id, o.login_id, o.expires_at, a.person_id, a.roles, a.customer_id, a.must_change_password,
       a.totp_confirmed_at IS NULL AS must_enrol_totp, a.waits
FROM opened o JOIN admitted a ON a.id = o.login_id
"""

FIND: Final = """
SELECT s.id AS session_id, s.login_id, s.expires_at, l.person_id, l.roles, l.customer_id, l.must_change_password,
       l.totp_confirmed_at IS NULL AS must_enrol_totp, l.waits
FROM login_session s JOIN login l ON l.id = s.login_id
WHERE s.digest = %(digest)s AND s.revoked_at IS NULL AND s.expires_at > %(now)s AND l.status = 'active'
"""

REVOKE: Final = "UPDATE login_session SET revoked_at = %(now)s WHERE id = %(session_id)s AND revoked_at IS NULL"

REVOKE_OTHERS: Final = """
UPDATE login_session SET revoked_at = %(now)s
WHERE login_id = %(login_id)s AND id IS DISTINCT FROM %(kept_id)s AND revoked_at IS NULL AND expires_at > %(now)s
"""


@dataclass(frozen=True, slots=True)
class OpenLogin:
    """Who a session's token stands for and until when, and what is still to be done before anything else.

    ``waits``: another person than the one who set the login up must release it, after the enrolment.
    """

    actor: Actor
    expires_at: datetime
    must_change_password: bool
    must_enrol_totp: bool
    waits: bool

    @property
    def is_enrolled(self) -> bool:
        """Whether its owner has changed the initial password and turned one-time codes on."""
        return not (self.must_change_password or self.must_enrol_totp)


@dataclass(frozen=True, slots=True)
class LoginProof:
    """What was verified: the hash that the password matched, its successor if any, and the one-time code's step.

    ``keeps_code`` leaves the code unspent, for an action that will spend it.
    """

    login_id: UUID
    verified_hash: str
    new_hash: str | None
    totp_step: int | None
    keeps_code: bool = False


async def open_login(pool: Pool, proof: LoginProof, digest: bytes, now: datetime) -> OpenLogin | None:
    """Open a session for whoever proved to own a login.

    None when the proof no longer holds: the password was changed, the code was used, or the login was blocked.
    """
    parameters = {
        "login_id": proof.login_id,
        "verified_hash": proof.verified_hash,
        "new_hash": proof.new_hash,
        "totp_step": proof.totp_step,
        "keeps_code": proof.keeps_code,
        "digest": digest,
        "session_id": fresh_id(),
        "now": now,
        "expires_at": now + SESSION_LIFETIME,
    }
    async with transaction(pool) as connection:
        return await _read(connection, OPEN, parameters)


async def open_login_of(pool: Pool, digest: bytes, now: datetime) -> OpenLogin | None:
    """The session with that token's digest, if it is open at ``now`` and its login is not blocked."""
    async with pool.connection() as connection:
        return await _read(connection, FIND, {"digest": digest, "now": now})


async def close_login(pool: Pool, session_id: UUID, now: datetime) -> None:
    """End a session at once; one that has ended already stays as it is."""
    async with transaction(pool) as connection:
        await connection.execute(REVOKE, {"session_id": session_id, "now": now})


async def revoke_other_sessions(connection: Connection, login_id: UUID, kept_id: UUID | None, now: datetime) -> int:
    """End all sessions of a login but one (None: all), in the caller's transaction; return how many there were."""
    parameters = {"login_id": login_id, "kept_id": kept_id, "now": now}
    return (await connection.execute(REVOKE_OTHERS, parameters)).rowcount


async def _read(connection: Connection, query: LiteralString, parameters: dict[str, object]) -> OpenLogin | None:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, parameters)
        row = await cursor.fetchone()
    if row is None:
        return None
    roles = frozenset(map(Role, row["roles"]))
    actor = Actor(row["login_id"], row["person_id"], row["session_id"], roles, row["customer_id"])
    return OpenLogin(actor, row["expires_at"], row["must_change_password"], row["must_enrol_totp"], row["waits"])
