"""Referrals: who brought a new member in, and which of them are to be rewarded now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.domain.member_life import MemberOperation, statuses_for
from florin.domain.referral import ReferralDue, ReferralStatus
from florin.storage.connect import Connection, Pool
from florin.storage.read_rows import read_rows

REFERRER: Final = """
SELECT id FROM member
WHERE programme_id = %(programme_id)s AND user_name = %(user_name)s AND status = ANY(%(statuses)s)
"""
INSERT_REFERRAL: Final = """
INSERT INTO referral (member_id, referrer_id, programme_id, status, named_at)
VALUES (%(member_id)s, %(referrer_id)s, %(programme_id)s, 'waiting', %(now)s)
"""
# Whatever first moves an untouched wallet is a load: nothing else can come before it.
DUE: Final = """
SELECT r.member_id, r.referrer_id, n.identity_encrypted AS newcomer_identity, f.identity_encrypted AS referrer_identity
FROM referral r JOIN member n ON n.id = r.member_id JOIN member f ON f.id = r.referrer_id
WHERE r.programme_id = %(programme_id)s AND r.status = 'waiting' AND r.member_id > %(after)s
  AND (%(at_once)s OR EXISTS (SELECT FROM strict_account a
                              WHERE a.owner_id = r.member_id AND a.code = 2020 AND a.sequence > 0))
ORDER BY r.member_id LIMIT %(limit)s
"""
DECIDE: Final = """
UPDATE referral SET status = %(status)s, decided_at = %(now)s
WHERE member_id = %(member_id)s AND status = 'waiting'
"""


@dataclass(frozen=True, slots=True)
class DueReferral:
    """A referral to be rewarded, with what is known of both by name, sealed."""

    member_id: UUID
    referrer_id: UUID
    newcomer_identity: bytes | None
    referrer_identity: bytes | None


async def referrer_named(pool: Pool, programme_id: UUID, user_name: str) -> UUID | None:
    """The member in good standing who has that user name, in its canonical form."""
    wanted = {
        "programme_id": programme_id,
        "user_name": user_name,
        "statuses": statuses_for(MemberOperation.CHANGE_PROFILE),
    }
    async with pool.connection() as connection:
        row = await (await connection.execute(REFERRER, wanted)).fetchone()
    return None if row is None else row[0]


async def write_referral(
    connection: Connection, programme_id: UUID, member_id: UUID, referrer_id: UUID, now: datetime
) -> None:
    """Keep whom a new member has named, in the transaction of its registration."""
    row = {"member_id": member_id, "referrer_id": referrer_id, "programme_id": programme_id, "now": now}
    await connection.execute(INSERT_REFERRAL, row)


async def due_referrals(pool: Pool, programme_id: UUID, due: ReferralDue, after: UUID, limit: int) -> list[DueReferral]:
    """The next waiting referrals behind ``after`` whose new members have done what the programme wants of them."""
    wanted = {
        "programme_id": programme_id,
        "at_once": due is ReferralDue.REGISTRATION,
        "after": after,
        "limit": limit,
    }
    return await read_rows(pool, DueReferral, DUE, wanted)


async def decide_referral(pool: Pool, member_id: UUID, status: ReferralStatus, now: datetime) -> None:
    """Write that a referral is over; one that is over already stays as it is."""
    async with pool.connection() as connection:
        await connection.execute(DECIDE, {"member_id": member_id, "status": status.value, "now": now})
