"""How members use what they have: how many stand where, and how often they sign in and pay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.domain.member_class import MemberFacts
from florin.domain.member_life import MemberStatus
from florin.domain.paging import Page, page_of
from florin.storage.connect import Pool
from florin.storage.dormancy.dormancy import IS_BACK, packs
from florin.storage.read_rows import read_rows

FACTS: Final = f"""
m.status, a.sequence > 0 AS has_received,
EXISTS (SELECT FROM purchase u WHERE u.owner_kind = 'member' AND u.owner_id = m.id AND u.status = 'completed')
    AS has_paid,
coalesce(d.stage <> 'normal' AND NOT {IS_BACK}, false) AS is_quiet,
m.created_at > %(new_since)s AS is_new
"""
MEMBERS: Final = """
member m JOIN programme g ON g.id = m.programme_id
JOIN json_to_recordset(%(packs)s::text::json) AS p (name text, counted text[], undone_by text[])
  ON p.name = g.policy_pack
JOIN strict_account a ON a.owner_id = m.id AND a.code = 2020
LEFT JOIN dormancy d ON d.owner_id = m.id
WHERE m.programme_id = %(programme_id)s
"""
COUNT_MEMBERS: Final = f"""
SELECT status, has_received, has_paid, is_quiet, is_new, count(*)
FROM (SELECT {FACTS} FROM {MEMBERS}) AS each GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608 (constants)
SUM_LOG_INS: Final = """
SELECT count(*), count(DISTINCT s.member_id) FROM session s JOIN member m ON m.id = s.member_id
WHERE m.programme_id = %(programme_id)s AND s.created_at >= %(begins)s AND s.created_at < %(ends)s
"""
# What was given back is not spent, whenever that was.
SUM_PURCHASES: Final = """
SELECT count(*), count(DISTINCT owner_id),
       coalesce(sum(principal_minor + bonus_minor - refunded_principal_minor - refunded_bonus_minor), 0)::bigint
FROM purchase
WHERE programme_id = %(programme_id)s AND owner_kind = 'member' AND status = 'completed'
  AND posted_at >= %(begins)s AND posted_at < %(ends)s
"""
ACTIVITY: Final = f"""
WITH part AS MATERIALIZED (
    SELECT m.id AS member_id, m.user_name, {FACTS} FROM {MEMBERS} AND m.id > %(after)s ORDER BY m.id LIMIT %(rows)s
)
SELECT part.*, g.unit, s.log_ins, u.purchases, u.spent_minor
FROM part JOIN programme g ON g.id = %(programme_id)s
CROSS JOIN LATERAL (
    SELECT count(*) AS log_ins FROM session s
    WHERE s.member_id = part.member_id AND s.created_at >= %(begins)s AND s.created_at < %(ends)s) s
CROSS JOIN LATERAL (
    SELECT count(*) AS purchases,
           coalesce(sum(principal_minor + bonus_minor - refunded_principal_minor - refunded_bonus_minor), 0)::bigint
               AS spent_minor
    FROM purchase u
    WHERE u.owner_kind = 'member' AND u.owner_id = part.member_id AND u.status = 'completed'
      AND u.posted_at >= %(begins)s AND u.posted_at < %(ends)s) u
ORDER BY part.member_id
"""  # noqa: S608 (constants)


@dataclass(frozen=True, slots=True)
class Period:
    """A programme and a stretch of time; who has joined since ``new_since`` is new."""

    programme_id: UUID
    begins: datetime
    ends: datetime
    new_since: datetime


@dataclass(frozen=True, slots=True)
class Sums:
    """What the members of a programme did in a period; spending in minor units, less what was given back of it."""

    log_ins: int
    signed_in: int
    purchases: int
    paying: int
    spent_minor: int


@dataclass(frozen=True, slots=True)
class MemberActivity:
    """What one member did in a period."""

    member_id: UUID
    user_name: str
    status: str
    has_received: bool
    has_paid: bool
    is_quiet: bool
    is_new: bool
    unit: str
    log_ins: int
    purchases: int
    spent_minor: int

    @property
    def facts(self) -> MemberFacts:
        """What the member's class is told by."""
        return MemberFacts(MemberStatus(self.status), self.has_received, self.has_paid, self.is_quiet, self.is_new)


async def count_members(pool: Pool, period: Period) -> Sequence[tuple[MemberFacts, int]]:
    """How many members there are of each kind, in one pass over them."""
    parameters = {"programme_id": period.programme_id, "new_since": period.new_since, "packs": packs()}
    async with pool.connection() as connection:
        rows = await (await connection.execute(COUNT_MEMBERS, parameters)).fetchall()
    return [(MemberFacts(MemberStatus(status), *facts), count) for status, *facts, count in rows]


async def sums_of(pool: Pool, period: Period) -> Sums:
    """What the members of a programme did in a period."""
    parameters = {"programme_id": period.programme_id, "begins": period.begins, "ends": period.ends}
    async with pool.connection() as connection:
        log_ins = await (await connection.execute(SUM_LOG_INS, parameters)).fetchone()
        purchases = await (await connection.execute(SUM_PURCHASES, parameters)).fetchone()
    return Sums(*(log_ins or (0, 0)), *(purchases or (0, 0, 0)))


async def activity_of_members(pool: Pool, period: Period, after: UUID, limit: int) -> Page[MemberActivity, UUID]:
    """What the next members behind ``after`` did in a period."""
    parameters = {
        "programme_id": period.programme_id,
        "begins": period.begins,
        "ends": period.ends,
        "new_since": period.new_since,
        "packs": packs(),
        "after": after,
        "rows": limit + 1,
    }
    found = await read_rows(pool, MemberActivity, ACTIVITY, parameters)
    return page_of([(each.member_id, each) for each in found], limit)


async def activity_of_member(pool: Pool, period: Period, member_id: UUID) -> MemberActivity | None:
    """What one member of the programme did in a period; None for who is none."""
    page = await activity_of_members(pool, period, UUID(int=member_id.int - 1), 1)
    return next((each for each in page.items if each.member_id == member_id), None)
