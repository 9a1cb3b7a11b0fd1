"""Sessions of members: opened by a sign-in, found by the digest of their token, ended by time, sign-out or revocation.

A session lives twelve hours and is not prolonged by use: an idle limit would write a row for each request that only
reads. Whoever has signed in on a shared machine signs out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from florin.domain.identifiers import shard_of
from florin.domain.member_life import MemberOperation, statuses_for
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.fresh_ids import fresh_id
from florin.storage.read_rows import read_row

SESSION_LIFETIME: Final = timedelta(hours=12)
"""NIST SP 800-63B, section 4.2.3: at assurance level 2 people sign in anew at least every twelve hours."""

# One statement, so that nothing can change between what was verified and what is opened: the password hash must still
# be the one that matched, and where one-time codes are on, the code's step must be later than every one before it.
OPEN: Final = """
WITH admitted AS (
    UPDATE member SET
        password_hash = coalesce(%(new_hash)s, password_hash),
        totp_last_step = CASE WHEN totp_confirmed_at IS NULL THEN totp_last_step ELSE %(totp_step)s::bigint END
    WHERE id = %(member_id)s AND password_hash = %(verified_hash)s AND status = ANY(%(statuses)s)
        AND (totp_confirmed_at IS NULL OR coalesce(totp_last_step, -1) < %(totp_step)s::bigint)
    RETURNING id
)
INSERT INTO session (digest, id, member_id, created_at, expires_at)
SELECT %(digest)s, %(session_id)s, id, %(now)s, %(expires_at)s FROM admitted
"""

FIND: Final = """
SELECT s.id AS session_id, s.member_id, m.programme_id, s.expires_at
FROM session s JOIN member m ON m.id = s.member_id
WHERE s.digest = %(digest)s AND s.revoked_at IS NULL AND s.expires_at > %(now)s AND m.status = ANY(%(statuses)s)
"""

REVOKE: Final = "UPDATE session SET revoked_at = %(now)s WHERE id = %(session_id)s AND revoked_at IS NULL"

REVOKE_OTHERS: Final = """
UPDATE session SET revoked_at = %(now)s
WHERE member_id = %(member_id)s AND id <> %(kept_id)s AND revoked_at IS NULL AND expires_at > %(now)s
"""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a session token stands for, and until when."""

    session_id: UUID
    member_id: UUID
    programme_id: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """What was verified: the hash that the password matched, its successor if any, and the one-time code's step."""

    member_id: UUID
    verified_hash: str
    new_hash: str | None
    totp_step: int | None


async def open_session(pool: Pool, proof: Proof, digest: bytes, now: datetime) -> UUID | None:
    """Open a session for whoever proved to be a member and return its id.

    None when the proof no longer holds: the password was changed, the code was used, or the account may not sign in.
    """
    session_id = fresh_id(shard_of(proof.member_id))
    parameters = {
        "member_id": proof.member_id,
        "verified_hash": proof.verified_hash,
        "new_hash": proof.new_hash,
        "totp_step": proof.totp_step,
        "statuses": _may_sign_in(),
        "digest": digest,
        "session_id": session_id,
        "now": now,
        "expires_at": now + SESSION_LIFETIME,
    }
    async with transaction(pool) as connection:
        opened = await connection.execute(OPEN, parameters)
        return session_id if opened.rowcount == 1 else None


async def session_of(pool: Pool, digest: bytes, now: datetime) -> SignedIn | None:
    """The session with that token's digest, if it is open at ``now`` and its member may be signed in."""
    return await read_row(pool, SignedIn, FIND, {"digest": digest, "now": now, "statuses": _may_sign_in()})


async def revoke_session(pool: Pool, session_id: UUID, now: datetime) -> None:
    """End a session at once; one that has ended already stays as it is."""
    async with transaction(pool) as connection:
        await connection.execute(REVOKE, {"session_id": session_id, "now": now})


async def revoke_other_sessions(connection: Connection, member_id: UUID, kept_id: UUID, now: datetime) -> int:
    """End all sessions of a member but one, in the caller's transaction; return how many there were."""
    parameters = {"member_id": member_id, "kept_id": kept_id, "now": now}
    return (await connection.execute(REVOKE_OTHERS, parameters)).rowcount


def _may_sign_in() -> list[str]:
    return statuses_for(MemberOperation.SIGN_IN)
