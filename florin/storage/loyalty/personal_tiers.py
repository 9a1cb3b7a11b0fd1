"""The tiers of members: decided from the book by what each has paid for purchases and not got back."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

from florin.domain.identifiers import wire_id
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.long_work import one_snapshot
from florin.storage.outbox import Told, emit_all

CHUNK: Final = 500

LOOK_AT_ALL: Final = """
INSERT INTO tier_progress (programme_id, tiers_until) VALUES (%(programme_id)s, NULL)
ON CONFLICT (programme_id) DO UPDATE SET tiers_until = NULL
"""
READ_PROGRESS: Final = "SELECT tiers_until FROM tier_progress WHERE programme_id = %(programme_id)s"
# Whoever has set other tiers meanwhile wants all members looked at again, so that must not be written over.
WRITE_PROGRESS: Final = """
UPDATE tier_progress SET tiers_until = %(until)s
WHERE programme_id = %(programme_id)s AND tiers_until IS NOT DISTINCT FROM %(before)s
"""
ALL_MEMBERS: Final[LiteralString] = "SELECT id FROM member WHERE programme_id = %(programme_id)s ORDER BY id"
BUYERS: Final[LiteralString] = """
SELECT t.debit_owner FROM transfer t
WHERE t.programme_id = %(programme_id)s AND t.business_date > %(after)s AND t.business_date <= %(until)s
  AND t.event = 'purchase' AND t.debit_code IN (2020, 2021)
UNION
SELECT o.debit_owner FROM transfer t JOIN transfer o ON o.journal_id = t.reverses_journal_id AND o.position = 0
WHERE t.programme_id = %(programme_id)s AND t.business_date > %(after)s AND t.business_date <= %(until)s
  AND t.event IN ('refund', 'void', 'reversal') AND o.event = 'purchase' AND o.debit_code IN (2020, 2021)
ORDER BY 1
"""
# In the order of their ids, so that two processes wait for each other and not in a ring.
LOCK_MEMBERS: Final = "SELECT FROM member WHERE id = ANY(%(members)s) ORDER BY id FOR NO KEY UPDATE"
DECIDE: Final = """
WITH spent AS (
    SELECT m.id, coalesce((
        SELECT sum(p.principal_minor + p.bonus_minor - p.refunded_principal_minor - p.refunded_bonus_minor)
        FROM purchase p WHERE p.owner_kind = 'member' AND p.owner_id = m.id), 0) AS spent_minor
    FROM member m WHERE m.id = ANY(%(members)s)
), reached AS (
    SELECT s.id, t.name, coalesce(t.price_basis_points, 10000) AS price_basis_points
    FROM spent s LEFT JOIN LATERAL (
        SELECT name, price_basis_points FROM tier
        WHERE programme_id = %(programme_id)s AND ladder = 'personal' AND from_minor <= s.spent_minor
        ORDER BY from_minor DESC LIMIT 1) t ON true
)
UPDATE member m SET tier = r.name, price_basis_points = r.price_basis_points
FROM reached r JOIN member b ON b.id = r.id
WHERE m.id = r.id AND (m.tier, m.price_basis_points) IS DISTINCT FROM (r.name, r.price_basis_points)
RETURNING m.id, m.tier, m.price_basis_points, m.price_basis_points < b.price_basis_points
"""
READ_TIER: Final = """
SELECT m.tier, m.price_basis_points, coalesce((
    SELECT sum(p.principal_minor + p.bonus_minor - p.refunded_principal_minor - p.refunded_bonus_minor)
    FROM purchase p WHERE p.owner_kind = 'member' AND p.owner_id = m.id), 0)::bigint
FROM member m WHERE m.id = %(member_id)s
"""


class MemberTier(NamedTuple):
    """A member's tier (None: none), what it pays of a price, and what it has paid so far and not got back."""

    name: str | None
    price_basis_points: int
    spent_minor: int


async def look_at_all_members(connection: Connection, programme_id: UUID) -> None:
    """Have the tiers of all members decided anew, in the transaction that sets other tiers."""
    await connection.execute(LOOK_AT_ALL, {"programme_id": programme_id})


async def tiers_until(pool: Pool, programme_id: UUID) -> tuple[date | None] | None:
    """The last day that tiers are decided by (None inside: all members wait); None for a programme without tiers."""
    async with pool.connection() as connection:
        return await (await connection.execute(READ_PROGRESS, {"programme_id": programme_id})).fetchone()


async def write_tiers_until(pool: Pool, programme_id: UUID, before: date | None, until: date) -> None:
    """Keep that tiers are decided up to a day, unless others have been set meanwhile."""
    async with pool.connection() as connection:
        row = {"programme_id": programme_id, "before": before, "until": until}
        await connection.execute(WRITE_PROGRESS, row)


async def members_to_look_at(
    pool: Pool, programme_id: UUID, after: date | None, until: date
) -> AsyncIterator[list[UUID]]:
    """Who has bought or got back something in the closed days behind ``after`` (None: every member), in chunks."""
    where = {"programme_id": programme_id, "after": after, "until": until}
    async with one_snapshot(pool) as connection, connection.cursor("members") as cursor:
        await cursor.execute(ALL_MEMBERS if after is None else BUYERS, where)
        while rows := await cursor.fetchmany(CHUNK):
            yield [row[0] for row in rows]


async def decide_tiers_of(pool: Pool, programme_id: UUID, members: Sequence[UUID], author: Author) -> int:
    """Set the tiers that members have reached, with an audit row and an event for each that changes; how many did."""
    where = {"programme_id": programme_id, "members": list(members)}
    async with transaction(pool) as connection:
        await connection.execute(LOCK_MEMBERS, where)
        changed = await (await connection.execute(DECIDE, where)).fetchall()
        for member_id, tier, price_basis_points, _ in changed:
            detail = {"tier": tier, "price_basis_points": price_basis_points}
            await record(connection, author, "member.tier_set", member_id, detail)
        await emit_all(connection, [_told(*each) for each in changed], author.now)
    return len(changed)


def _told(member_id: UUID, tier: str | None, price_basis_points: int, rose: bool) -> Told:  # noqa: FBT001 (a row)
    payload = {"id": wire_id("member", member_id), "tier": tier, "price_basis_points": price_basis_points, "rose": rose}
    return Told("member.tier_changed", member_id, payload)


async def tier_of_member(pool: Pool, member_id: UUID) -> MemberTier | None:
    """A member's tier; None when there is no such member."""
    async with pool.connection() as connection:
        row = await (await connection.execute(READ_TIER, {"member_id": member_id})).fetchone()
    return None if row is None else MemberTier(*row)
