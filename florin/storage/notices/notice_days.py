"""The notices of a day: whose birthday it is, the members' day, and which cards expire soon; looked for once a day."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.chart import AccountCode
from florin.domain.member_life import MemberOperation, statuses_for
from florin.storage.connect import Connection, Pool, transaction

DUE: Final = """
SELECT p.id AS programme_id, p.time_zone, t.member_day, t.birthdays, t.expiry_days
FROM programme p JOIN notice_terms t ON t.programme_id = p.id
"""
IS_DONE: Final = """
SELECT EXISTS (SELECT FROM notice_day WHERE programme_id = %(programme_id)s AND day = %(day)s)
"""
FINISH: Final = "INSERT INTO notice_day (programme_id, day) VALUES (%(programme_id)s, %(day)s) ON CONFLICT DO NOTHING"
BORN_ON: Final = """
SELECT m.id FROM notice_reader r JOIN member m ON m.id = r.member_id
WHERE r.birthday = ANY(%(birthdays)s::smallint[]) AND m.programme_id = %(programme_id)s
  AND m.status = ANY(%(statuses)s) AND m.id > %(after)s
ORDER BY m.id LIMIT %(limit)s
"""
MEMBERS: Final = """
SELECT id FROM member
WHERE programme_id = %(programme_id)s AND status = ANY(%(statuses)s) AND id > %(after)s
ORDER BY id LIMIT %(limit)s
"""
# Those cards whose links went out: of the others nobody knows whom to tell.
EXPIRING: Final = """
WITH expiring AS (
    SELECT c.id, c.last4, c.expires_on, a.balance_minor, a.unit
    FROM claim_link k JOIN card c ON c.id = k.card_id
    JOIN strict_account a ON a.owner_id = c.id AND a.code = %(code)s
    WHERE c.programme_id = %(programme_id)s AND c.status = 'active' AND a.balance_minor > 0
      AND c.expires_on > %(day)s AND c.expires_on <= %(last_day)s AND c.id > %(after)s
    ORDER BY c.id LIMIT %(limit)s
), made AS (
    INSERT INTO notice (id, programme_id, kind, recipient_kind, recipient_id, cause, facts, made_at)
    SELECT gen_random_uuid(), %(programme_id)s, 'card_expires', 'card', id, 'expires:' || expires_on,
           json_build_object('last4', last4, 'expires_on', expires_on,
                             'balance', json_build_object('amount', balance_minor, 'currency', unit)), %(now)s
    FROM expiring
    ON CONFLICT DO NOTHING RETURNING id, recipient_id
), sending AS (
    INSERT INTO notice_sending (notice_id, channel, recipient_id, is_urgent, due_at)
    SELECT id, 'either', recipient_id, false, %(now)s FROM made
)
SELECT id FROM expiring ORDER BY id
"""

_NOBODY: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class ProgrammeDays:
    """A programme, its clock, and what its terms say of days."""

    programme_id: UUID
    time_zone: str
    member_day: int | None
    birthdays: bool
    expiry_days: int


async def programmes_with_days(pool: Pool) -> list[ProgrammeDays]:
    """The programmes that have terms of notices."""
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(ProgrammeDays)) as cursor:
        await cursor.execute(DUE)
        return await cursor.fetchall()


async def is_day_done(pool: Pool, programme_id: UUID, day: date) -> bool:
    """Whether a day of a programme has been gone through."""
    async with pool.connection() as connection:
        row = await (await connection.execute(IS_DONE, {"programme_id": programme_id, "day": day})).fetchone()
        return row is not None and bool(row[0])


async def finish_day(pool: Pool, programme_id: UUID, day: date) -> None:
    """Write that a day of a programme has been gone through."""
    async with transaction(pool) as connection:
        await connection.execute(FINISH, {"programme_id": programme_id, "day": day})


async def chunks_of_members(
    pool: Pool, programme_id: UUID, birthdays: Sequence[int] | None, limit: int
) -> AsyncIterator[tuple[Connection, list[UUID]]]:
    """The members of a programme who may sign in, or of them those born on some days, chunk by chunk.

    Each comes with the open transaction in which what is written of the chunk counts.
    """
    after = _NOBODY
    while True:
        async with _chunk(pool, programme_id, birthdays, after, limit) as (connection, members):
            if members:
                yield connection, members
        if len(members) < limit:
            return
        after = members[-1]


async def write_expiring(pool: Pool, programme_id: UUID, day: date, days: int, now: datetime, limit: int) -> None:
    """Write a notice for every card with money on it that expires within so many days, chunk by chunk."""
    wanted = {
        "programme_id": programme_id,
        "code": int(AccountCode.CARD_PRINCIPAL),
        "day": day,
        "last_day": day + timedelta(days=days),
        "limit": limit,
        "now": now,
    }
    after, count = _NOBODY, limit
    while count == limit:
        async with transaction(pool) as connection:
            rows = await (await connection.execute(EXPIRING, {**wanted, "after": after})).fetchall()
        count = len(rows)
        after = rows[-1][0] if rows else after


@asynccontextmanager
async def _chunk(
    pool: Pool, programme_id: UUID, birthdays: Sequence[int] | None, after: UUID, limit: int
) -> AsyncIterator[tuple[Connection, list[UUID]]]:
    wanted = {
        "programme_id": programme_id,
        "statuses": statuses_for(MemberOperation.SIGN_IN),
        "birthdays": None if birthdays is None else list(birthdays),
        "after": after,
        "limit": limit,
    }
    async with transaction(pool) as connection:
        rows = await (await connection.execute(MEMBERS if birthdays is None else BORN_ON, wanted)).fetchall()
        yield connection, [member_id for (member_id,) in rows]
