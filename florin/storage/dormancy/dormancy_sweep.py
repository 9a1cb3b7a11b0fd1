"""A sweep for dormancy: one pass over all cards and wallets by their ids, in chunks of a short transaction each.

A sweep has a row that says how far it has come. Each chunk is read, decided on and written under the lock of that row,
so any number of processes may work at one sweep, a killed one is gone on with where its last chunk ended, and no owner
is looked at twice in the same sweep. The accounts themselves are not locked: who pays meanwhile is back at once,
because what is written names the last line of the statement that it was decided by.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from psycopg.rows import class_row

from florin.domain.dormancy import (
    DormancyReason,
    DormancyRules,
    DormancyStage,
    DormancyTerms,
    Idleness,
    Standing,
    rules_of,
)
from florin.domain.identifiers import wire_id
from florin.domain.policy.catalogue import PackName
from florin.domain.programme import Programme
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.dormancy.dormancy import LAST_ACTIVITY, activity_under, read_terms
from florin.storage.fresh_ids import fresh_id

UNFINISHED: Final = "SELECT id FROM dormancy_sweep WHERE finished_at IS NULL"
LAST_BEGUN: Final = "SELECT max(began_at) FROM dormancy_sweep"
BEGIN: Final = """
INSERT INTO dormancy_sweep (id, began_at, after_owner) VALUES (%(id)s, %(now)s, %(nobody)s) ON CONFLICT DO NOTHING
"""
SWEEP: Final = """
SELECT id, began_at, after_owner, owners, notices, inactive, dormant, woken, finished_at FROM dormancy_sweep
WHERE id = %(id)s
"""
LOCK_SWEEP: Final = f"{SWEEP} FOR UPDATE"
LATEST: Final = SWEEP.replace("WHERE id = %(id)s", "ORDER BY id DESC LIMIT 1")
ADVANCE: Final = """
UPDATE dormancy_sweep SET after_owner = %(after)s, owners = owners + %(owners)s, notices = notices + %(notices)s,
    inactive = inactive + %(inactive)s, dormant = dormant + %(dormant)s, woken = woken + %(woken)s,
    finished_at = %(finished_at)s
WHERE id = %(id)s
"""
# Every owner has a principal account, most have no other, and one that never had a line has nothing to be forgotten.
HOW_MANY: Final = "SELECT count(*) FROM strict_account WHERE code IN (2010, 2020) AND owner_id > %(after)s"
END_OF_CHUNK: Final = """
SELECT count(*), (array_agg(owner_id ORDER BY owner_id DESC))[1] FROM (
    SELECT owner_id FROM strict_account WHERE code IN (2010, 2020) AND owner_id > %(after)s
    ORDER BY owner_id LIMIT %(chunk)s) AS part
"""
# Everything is looked up by owner: a plan that read a whole table for every chunk would read it two hundred times.
# Only those come out about whom something could be done: who has a row, and who has been quiet for long enough.
OWNERS: Final = f"""
SELECT a.owner_id, a.shard, a.programme_id, CASE a.code WHEN 2010 THEN 'card' ELSE 'member' END AS owner_kind, a.unit,
       a.balance_minor + coalesce(b.balance_minor, 0) AS balance_minor,
       a.held_minor + coalesce(b.held_minor, 0) > 0 AS has_holds,
       a.sequence AS principal_sequence, coalesce(b.sequence, 0) AS bonus_sequence,
       coalesce(CASE a.code WHEN 2010 THEN (SELECT c.status = 'active' FROM card c WHERE c.id = a.owner_id)
                            ELSE (SELECT m.status IN ('registered', 'active', 'blocked') FROM member m
                                  WHERE m.id = a.owner_id) END,
                false) AS is_in_use,
       active.at AS last_activity_at, d.stage, d.since, d.warned_at,
       coalesce(pl.sequence > d.principal_sequence OR bl.sequence > d.bonus_sequence, false) AS is_back
FROM strict_account a
JOIN json_to_recordset(%(programmes)s::text::json)
  AS p (id uuid, quiet_since timestamptz, counted text[], undone_by text[]) ON p.id = a.programme_id
LEFT JOIN strict_account b ON b.owner_id = a.owner_id AND b.code = a.code + 1 AND b.code IN (2011, 2021)
LEFT JOIN dormancy d ON d.owner_id = a.owner_id
LEFT JOIN LATERAL ({LAST_ACTIVITY.format(account="a", pack="p")}) pl ON true
LEFT JOIN LATERAL ({LAST_ACTIVITY.format(account="b", pack="p")}) bl ON true
CROSS JOIN LATERAL (SELECT coalesce(greatest(pl.posted_at, bl.posted_at), (
    SELECT min(t.posted_at) FROM transfer t
    WHERE t.strict_owner = a.owner_id AND t.strict_code IN (a.code, b.code) AND t.strict_sequence = 1)) AS at) active
WHERE a.owner_id > %(after)s AND a.owner_id <= %(last)s AND a.code IN (2010, 2020)
  AND (d.owner_id IS NOT NULL
       OR (active.at <= p.quiet_since AND (a.code = 2020 OR a.balance_minor + coalesce(b.balance_minor, 0) > 0)))
"""  # noqa: S608 (constants)
WRITE: Final = """
INSERT INTO dormancy (owner_id, shard, programme_id, owner_kind, stage, reason, since, warned_at, last_activity_at,
                      principal_sequence, bonus_sequence)
SELECT * FROM json_to_recordset(%(rows)s::text::json)
    AS r (owner_id uuid, shard smallint, programme_id uuid, owner_kind text, stage text, reason text,
          since timestamptz, warned_at timestamptz, last_activity_at timestamptz, principal_sequence bigint,
          bonus_sequence bigint)
ON CONFLICT (owner_id) DO UPDATE SET
    stage = excluded.stage, reason = excluded.reason, since = excluded.since, warned_at = excluded.warned_at,
    last_activity_at = excluded.last_activity_at, principal_sequence = excluded.principal_sequence,
    bonus_sequence = excluded.bonus_sequence
"""
FORGET: Final = "DELETE FROM dormancy WHERE owner_id = ANY(%(owners)s)"

_NOBODY: Final = UUID(int=0)

_encode: Final = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Sweep:
    """A sweep and what has come of it so far; ``owners`` counts all that were looked at."""

    id: UUID
    began_at: datetime
    after_owner: UUID
    owners: int
    notices: int
    inactive: int
    dormant: int
    woken: int
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class QuietOwner:
    """A card or wallet about which something might be due, as one statement saw it."""

    owner_id: UUID
    shard: int
    programme_id: UUID
    owner_kind: str
    unit: str
    balance_minor: int
    has_holds: bool
    principal_sequence: int
    bonus_sequence: int
    is_in_use: bool
    last_activity_at: datetime
    stage: str | None
    since: datetime | None
    warned_at: datetime | None
    is_back: bool

    @property
    def wire_id(self) -> str:
        """The id as clients see it."""
        return wire_id(self.owner_kind, self.owner_id)

    @property
    def idleness(self) -> Idleness:
        """What the rules ask about."""
        standing = None
        if self.stage is not None and self.since is not None:
            standing = Standing(DormancyStage(self.stage), self.since, self.warned_at)
        return Idleness(
            self.last_activity_at, self.balance_minor, self.is_in_use, self.has_holds, standing, self.is_back
        )


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """The rules of every programme, as a sweep goes by them from its beginning to its end."""

    programmes: Mapping[UUID, Programme]
    terms: Mapping[UUID, DormancyTerms]
    rules: Mapping[UUID, DormancyRules]

    def for_query(self, now: datetime) -> str:
        """What the query over a chunk has to know of them, as JSON."""
        return _encode(
            [
                {
                    "id": programme_id,
                    "quiet_since": now - rules.earliest_notice,
                    **activity_under(PackName(self.programmes[programme_id].policy_pack)),
                }
                for programme_id, rules in self.rules.items()
            ]
        ).decode()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of the owners: how many there are in it, the last of them, and those who need to be looked at."""

    owners: int
    last: UUID | None
    quiet: Sequence[QuietOwner]


@dataclass(frozen=True, slots=True)
class ChunkTurn:
    """The turn of one chunk at a ``moment``: its sweep is locked until the transaction ends."""

    connection: Connection
    sweep: Sweep
    chunk: Chunk
    moment: datetime

    async def write(self, standings: Sequence[tuple[QuietOwner, Standing, DormancyReason]]) -> None:
        """Write where owners stand from now on, by the statements that were seen."""
        if not standings:
            return
        rows = [
            {
                "owner_id": owner.owner_id,
                "shard": owner.shard,
                "programme_id": owner.programme_id,
                "owner_kind": owner.owner_kind,
                "stage": standing.stage,
                "reason": reason,
                "since": standing.since,
                "warned_at": standing.warned_at,
                "last_activity_at": owner.last_activity_at,
                "principal_sequence": owner.principal_sequence,
                "bonus_sequence": owner.bonus_sequence,
            }
            for owner, standing, reason in standings
        ]
        await self.connection.execute(WRITE, {"rows": _encode(rows).decode()})

    async def forget(self, owners: Sequence[UUID]) -> None:
        """Write nothing of these any more: they are awake, or gone."""
        if owners:
            await self.connection.execute(FORGET, {"owners": list(owners)})

    async def advance(self, counted: Mapping[str, int], now: datetime) -> None:
        """The chunk is done; with a chunk that was empty the sweep is over."""
        parameters: dict[str, Any] = {
            "id": self.sweep.id,
            "after": self.chunk.last or self.sweep.after_owner,
            "owners": self.chunk.owners,
            "finished_at": None if self.chunk.owners else now,
            **counted,
        }
        await self.connection.execute(ADVANCE, parameters)


async def rules_in_force(pool: Pool) -> RulesInForce:
    """The rules of every programme as they are now."""
    programmes = (await read_catalogue(pool)).programmes
    async with pool.connection() as connection:
        terms = await read_terms(connection)
    rules = {each.id: rules_of(each, terms.get(each.id, DormancyTerms())) for each in programmes.values()}
    return RulesInForce(programmes, terms, rules)


async def begin_sweep(pool: Pool, now: datetime, *, unless_within: timedelta | None = None) -> UUID | None:
    """The sweep to work at: the one that is not finished, else a new one.

    None when the last one began less than ``unless_within`` ago; one that began in the future was a clock's mistake.
    """
    async with transaction(pool) as connection:
        found = await (await connection.execute(UNFINISHED)).fetchone()
        if found is not None:
            return UUID(str(found[0]))
        last = await (await connection.execute(LAST_BEGUN)).fetchone()
        began_at = None if last is None else last[0]
        if unless_within is not None and began_at is not None and now - unless_within < began_at <= now:
            return None
        await connection.execute(BEGIN, {"id": fresh_id(), "now": now, "nobody": _NOBODY})
        found = await (await connection.execute(UNFINISHED)).fetchone()
    return None if found is None else UUID(str(found[0]))


async def find_sweep(pool: Pool, sweep_id: UUID | None = None) -> Sweep | None:
    """A sweep, or without an id the latest one."""
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(Sweep)) as cursor:
        await cursor.execute(LATEST if sweep_id is None else SWEEP, {"id": sweep_id})
        return await cursor.fetchone()


async def owners_after(pool: Pool, after: UUID) -> int:
    """How many cards and wallets come after an id: what a progress bar wants to know, and it takes a while."""
    async with pool.connection() as connection:
        row = await (await connection.execute(HOW_MANY, {"after": after})).fetchone()
    return 0 if row is None else int(row[0])


async def read_chunk(pool: Pool, rules: RulesInForce, after: UUID, size: int, now: datetime) -> Chunk:
    """The next owners behind ``after``, and of them those about whom something might be due at ``now``."""
    async with pool.connection() as connection:
        return await _chunk(connection, rules, after, size, now)


async def _chunk(connection: Connection, rules: RulesInForce, after: UUID, size: int, now: datetime) -> Chunk:
    end = await (await connection.execute(END_OF_CHUNK, {"after": after, "chunk": size})).fetchone()
    count, last = (0, None) if end is None else end
    if last is None:
        return Chunk(0, None, ())
    parameters = {"after": after, "last": last, "programmes": rules.for_query(now)}
    async with connection.cursor(row_factory=class_row(QuietOwner)) as cursor:
        await cursor.execute(OWNERS, parameters)
        return Chunk(count, last, await cursor.fetchall())


@asynccontextmanager
async def next_chunk(
    pool: Pool, sweep_id: UUID, rules: RulesInForce, size: int, now: datetime
) -> AsyncIterator[ChunkTurn | None]:
    """The turn of a sweep's next chunk; it commits at the end. None when the sweep is over.

    A sweep that began in the future, by a clock that has been put right since, goes on at ``now``.
    """
    async with transaction(pool) as connection:
        async with connection.cursor(row_factory=class_row(Sweep)) as cursor:
            await cursor.execute(LOCK_SWEEP, {"id": sweep_id})
            sweep = await cursor.fetchone()
        if sweep is None or sweep.finished_at is not None:
            yield None
            return
        moment = min(sweep.began_at, now)
        yield ChunkTurn(connection, sweep, await _chunk(connection, rules, sweep.after_owner, size, moment), moment)
