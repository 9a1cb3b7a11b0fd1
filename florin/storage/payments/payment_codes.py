"""Payment codes: a member has at most one that may still pay.

Codes are made and withdrawn under the locks of the member's wallet, like everything that a posting decides on: a code
is either spent or withdrawn, never both.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from florin.domain.member_life import MemberOperation, statuses_for
from florin.storage.connect import Pool, transaction

LOCK_WALLET: Final = """
SELECT code FROM strict_account WHERE owner_id = %(member_id)s ORDER BY code FOR NO KEY UPDATE
"""

WITHDRAW: Final = "DELETE FROM payment_code WHERE member_id = %(member_id)s AND used_at IS NULL"

INSERT_CODE: Final = """
INSERT INTO payment_code (code_index, shard, member_id, expires_at)
SELECT %(code_index)s, m.shard, m.id, %(now)s + p.payment_code_lifetime_s * interval '1 second'
FROM member m JOIN programme p ON p.id = m.programme_id
WHERE m.id = %(member_id)s AND m.status = ANY(%(statuses)s)
RETURNING expires_at
"""

MEMBER: Final = "SELECT member_id FROM payment_code WHERE code_index = %(code_index)s AND used_at IS NULL"

FORGET: Final = """
DELETE FROM payment_code WHERE code_index IN (
    SELECT code_index FROM payment_code WHERE expires_at < %(before)s
    ORDER BY expires_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
"""


async def replace_payment_code(pool: Pool, member_id: UUID, code_index: bytes, now: datetime) -> datetime | None:
    """Withdraw the member's unused code and keep a new one until the time returned; None if the member may not pay."""
    row = {
        "member_id": member_id,
        "code_index": code_index,
        "now": now,
        "statuses": statuses_for(MemberOperation.PURCHASE),
    }
    async with transaction(pool) as connection:
        await connection.execute(LOCK_WALLET, row)
        await connection.execute(WITHDRAW, row)
        kept = await (await connection.execute(INSERT_CODE, row)).fetchone()
        return None if kept is None else kept[0]


async def member_of_code(pool: Pool, code_index: bytes) -> UUID | None:
    """Whose unused code it is, if it is one; whether it may pay is for the posting engine to say."""
    async with pool.connection() as connection:
        row = await (await connection.execute(MEMBER, {"code_index": code_index})).fetchone()
    return None if row is None else row[0]


async def forget_expired_codes(pool: Pool, before: datetime, limit: int) -> int:
    """Delete at most ``limit`` codes that expired before an instant; return how many there were."""
    async with transaction(pool) as connection:
        return (await connection.execute(FORGET, {"before": before, "limit": limit})).rowcount
