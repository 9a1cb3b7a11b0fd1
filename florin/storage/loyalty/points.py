"""Points: which of them a stretch of closed business days brings or takes, found in the book in one pass.

The days are closed, so nothing joins them any more. What changes later is only what is given back for their purchases,
and that is posted on a day of its own, by which it is found.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, LiteralString, TypeVar
from uuid import UUID

from psycopg.rows import class_row

from florin.storage.connect import Pool
from florin.storage.long_work import one_snapshot

CHUNK: Final = 200

_Row = TypeVar("_Row")

READ_PROGRESS: Final = "SELECT points_until FROM loyalty_progress WHERE programme_id = %(programme_id)s"
WRITE_PROGRESS: Final = """
UPDATE loyalty_progress SET points_until = %(until)s
WHERE programme_id = %(programme_id)s AND points_until < %(until)s
"""

# The members and days of which something was bought or given back in the stretch, and those that owe points and have
# some again. What a day has earned is then counted anew from its purchases, so whatever was missed before is mended.
POINTS_DUE: Final[LiteralString] = """
WITH touched AS (
    SELECT t.debit_owner AS member_id, t.business_date AS day FROM transfer t
    WHERE t.programme_id = %(programme_id)s AND t.business_date BETWEEN %(first)s AND %(last)s
      AND t.event = 'purchase' AND t.debit_code IN (2020, 2021)
    UNION
    SELECT o.debit_owner, o.business_date
    FROM transfer t JOIN transfer o ON o.journal_id = t.reverses_journal_id AND o.position = 0
    WHERE t.programme_id = %(programme_id)s AND t.business_date BETWEEN %(first)s AND %(last)s
      AND t.event IN ('refund', 'void', 'reversal') AND o.event = 'purchase' AND o.debit_code IN (2020, 2021)
    UNION
    SELECT e.member_id, e.business_date
    FROM points_entry e JOIN strict_account a ON a.owner_id = e.member_id AND a.code = 2120
    WHERE e.owed > 0 AND e.programme_id = %(programme_id)s AND a.balance_minor > a.held_minor
      AND NOT EXISTS (SELECT FROM points_entry l WHERE l.member_id = e.member_id
                      AND l.business_date = e.business_date AND l.revision > e.revision)
), spent AS (
    SELECT d.member_id, d.day, sum(p.principal_minor + p.bonus_minor - p.refunded_principal_minor
                                   - p.refunded_bonus_minor)::bigint AS spent_minor
    FROM touched d
    JOIN purchase p ON p.owner_kind = 'member' AND p.owner_id = d.member_id
    JOIN transfer t ON t.journal_id = p.journal_id AND t.position = 0 AND t.business_date = d.day
    GROUP BY d.member_id, d.day
)
SELECT s.member_id, s.day, s.spent_minor, coalesce(max(e.revision), 0) AS revision,
       coalesce(sum(e.points), 0)::bigint AS credited
FROM spent s
JOIN member m ON m.id = s.member_id AND m.status <> 'closed'
LEFT JOIN points_entry e ON e.member_id = s.member_id AND e.business_date = s.day
WHERE NOT EXISTS (SELECT FROM points_lapse l WHERE l.member_id = s.member_id AND l.year >= date_part('year', s.day))
GROUP BY s.member_id, s.day, s.spent_minor
ORDER BY s.member_id, s.day
"""

# What has been earned, whether or not some of it is still to be taken back.
_EARNED: Final[LiteralString] = """
    SELECT member_id, sum(points - CASE WHEN is_last THEN owed ELSE 0 END)::bigint AS points
    FROM (SELECT e.member_id, e.points, e.owed,
                 e.revision = max(e.revision) OVER (PARTITION BY e.member_id, e.business_date) AS is_last
          FROM points_entry e
          WHERE e.programme_id = %(programme_id)s AND e.business_date BETWEEN %(first)s AND %(last)s) AS entry
    GROUP BY member_id
"""
EARNED_AT_LEAST: Final[LiteralString] = f"""
SELECT member_id, points FROM ({_EARNED}) AS earned
WHERE points >= %(points)s
  AND NOT EXISTS (SELECT FROM voucher v WHERE v.member_id = earned.member_id AND v.cause = %(cause)s)
ORDER BY member_id
"""  # noqa: S608 (a constant)
KEEPS_NOTHING: Final[LiteralString] = f"""
SELECT a.owner_id AS member_id, a.balance_minor AS points
FROM strict_account a LEFT JOIN ({_EARNED}) AS earned ON earned.member_id = a.owner_id
WHERE a.code = 2120 AND a.programme_id = %(programme_id)s AND a.balance_minor > 0
  AND coalesce(earned.points, 0) < %(points)s
ORDER BY a.owner_id
"""  # noqa: S608 (a constant)

BALANCE: Final = """
SELECT coalesce(sum(balance_minor), 0)::bigint FROM strict_account WHERE owner_id = %(member_id)s AND code = 2120
"""
EARNED_BY_MEMBER: Final = """
SELECT coalesce(sum(points), 0)::bigint FROM points_entry
WHERE member_id = %(member_id)s AND business_date BETWEEN %(first)s AND %(last)s
"""


@dataclass(frozen=True, slots=True)
class PointsDue:
    """A member's business day: what it has paid then and not got back, and what has been credited for it so far."""

    member_id: UUID
    day: date
    spent_minor: int
    revision: int
    credited: int


@dataclass(frozen=True, slots=True)
class MemberPoints:
    """A member and some points of it."""

    member_id: UUID
    points: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Closed business days of a programme, the first and the last included."""

    programme_id: UUID
    first: date
    last: date


async def points_until(pool: Pool, programme_id: UUID) -> date | None:
    """The last day whose points are credited; None for a programme that gives none."""
    async with pool.connection() as connection:
        row = await (await connection.execute(READ_PROGRESS, {"programme_id": programme_id})).fetchone()
    return None if row is None else row[0]


async def write_points_until(pool: Pool, programme_id: UUID, until: date) -> None:
    """Keep that everything up to a day is credited; an earlier day than is kept changes nothing."""
    async with pool.connection() as connection:
        await connection.execute(WRITE_PROGRESS, {"programme_id": programme_id, "until": until})


async def points_due(pool: Pool, stretch: Stretch) -> AsyncIterator[list[PointsDue]]:
    """What the purchases and refunds of a stretch touch, in chunks, as one moment of the book has it."""
    async for chunk in _in_chunks(pool, PointsDue, POINTS_DUE, _where(stretch)):
        yield chunk


async def earned_at_least(pool: Pool, stretch: Stretch, points: int, cause: str) -> AsyncIterator[list[MemberPoints]]:
    """Who has earned so many points in a stretch and has no voucher for that cause yet, in chunks."""
    where = {**_where(stretch), "points": points, "cause": cause}
    async for chunk in _in_chunks(pool, MemberPoints, EARNED_AT_LEAST, where):
        yield chunk


async def keeps_nothing(pool: Pool, stretch: Stretch, points: int) -> AsyncIterator[list[MemberPoints]]:
    """Who has points and has earned fewer than so many in a stretch, in chunks."""
    async for chunk in _in_chunks(pool, MemberPoints, KEEPS_NOTHING, {**_where(stretch), "points": points}):
        yield chunk


async def earned_by_member(pool: Pool, member_id: UUID, first: date, last: date) -> int:
    """What a member has been credited with for the days of a stretch, less what was taken back."""
    async with pool.connection() as connection:
        wanted = {"member_id": member_id, "first": first, "last": last}
        row = await (await connection.execute(EARNED_BY_MEMBER, wanted)).fetchone()
    return 0 if row is None else int(row[0])


async def points_of(pool: Pool, member_id: UUID) -> int:
    """How many points a member has."""
    async with pool.connection() as connection:
        row = await (await connection.execute(BALANCE, {"member_id": member_id})).fetchone()
    return 0 if row is None else int(row[0])


def _where(stretch: Stretch) -> dict[str, Any]:
    return {"programme_id": stretch.programme_id, "first": stretch.first, "last": stretch.last}


async def _in_chunks(
    pool: Pool, row: type[_Row], query: LiteralString, where: dict[str, Any]
) -> AsyncIterator[list[_Row]]:
    async with (
        one_snapshot(pool) as connection,
        connection.cursor("points", row_factory=class_row(row)) as cursor,
    ):
        await cursor.execute(query, where)
        while chunk := await cursor.fetchmany(CHUNK):
            yield chunk
