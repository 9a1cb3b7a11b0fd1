"""Vouchers that are of no use soon: their members are told, once of each."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from florin.domain.member_life import MemberOperation, statuses_for
from florin.domain.notice import VOUCHER_WARNING, NoticeKind
from florin.storage.connect import Pool, transaction
from florin.storage.notices.notices import NewNotice, write_notices

# Who has just got a voucher has just been told of it.
EXPIRING: Final = """
SELECT v.id, v.member_id, v.face_minor, v.expires_on, p.unit
FROM voucher v JOIN member m ON m.id = v.member_id JOIN programme p ON p.id = v.programme_id
WHERE v.programme_id = %(programme_id)s AND v.status = 'granted' AND v.expires_on > %(day)s
  AND v.expires_on <= %(last_day)s AND v.granted_at <= %(granted_by)s AND m.status = ANY(%(statuses)s)
  AND v.id > %(after)s
ORDER BY v.id LIMIT %(limit)s
"""


async def write_expiring_vouchers(pool: Pool, programme_id: UUID, day: date, now: datetime, limit: int) -> None:
    """Write a notice for every voucher that lapses within days, chunk by chunk; who was told is passed over."""
    wanted = {
        "programme_id": programme_id,
        "day": day,
        "last_day": day + VOUCHER_WARNING,
        "granted_by": now - VOUCHER_WARNING,
        "statuses": statuses_for(MemberOperation.SIGN_IN),
        "limit": limit,
    }
    after, count = UUID(int=0), limit
    while count == limit:
        async with transaction(pool) as connection:
            rows = await (await connection.execute(EXPIRING, {**wanted, "after": after})).fetchall()
            await write_notices(connection, [_notice(*each) for each in rows], now)
        count = len(rows)
        after = rows[-1][0] if rows else after


def _notice(voucher_id: UUID, member_id: UUID, face_minor: int, expires_on: date, unit: str) -> NewNotice:
    facts = {
        "face": {"amount": face_minor, "currency": unit},
        "expires_on": expires_on.isoformat(),
    }
    return NewNotice(f"voucher:{voucher_id.hex}:expires", NoticeKind.VOUCHER_EXPIRES, member_id, facts)
