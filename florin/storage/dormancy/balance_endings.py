"""Proposals to end dormant balances, their lines, and what has become of each."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.balance_ending import BalanceEnding, EndingLine, EndingStatus
from florin.domain.dormancy import Ending
from florin.domain.paging import Page, page_of
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.dormancy.dormancy import IS_BACK, packs
from florin.storage.read_rows import read_rows

_COLUMNS: Final = ", ".join("e." + each.name for each in fields(BalanceEnding))
_LINE: Final = ", ".join("l." + each.name for each in fields(EndingLine))

FIND: Final = f"SELECT {_COLUMNS} FROM balance_ending e WHERE e.id = %(id)s"  # noqa: S608 (a dataclass's fields)
LOCK: Final = f"{FIND} FOR UPDATE"
APPROVED: Final = "SELECT id FROM balance_ending WHERE status = 'approved' ORDER BY id"
ENDINGS: Final = f"""
SELECT {_COLUMNS} FROM balance_ending e WHERE (%(before)s::uuid IS NULL OR e.id < %(before)s)
ORDER BY e.id DESC LIMIT %(rows)s
"""  # noqa: S608 (as above)
INSERT: Final = """
INSERT INTO balance_ending (id, programme_id, kind, status, accounts, total_minor, unit, list_hash, proposed_by,
                            proposed_person, proposed_at)
VALUES (%(id)s, %(programme_id)s, %(kind)s, 'proposed', %(accounts)s, %(total_minor)s, %(unit)s, %(list_hash)s,
        %(proposed_by)s, %(proposed_person)s, %(proposed_at)s)
"""
INSERT_LINES: Final = """
INSERT INTO balance_ending_line (ending_id, owner_id, owner_kind, amount_minor, principal_sequence)
SELECT %(ending_id)s, *
FROM unnest(%(owners)s::uuid[], %(kinds)s::text[], %(amounts)s::bigint[], %(sequences)s::bigint[])
"""
DECIDE: Final = """
UPDATE balance_ending SET status = %(status)s, decided_by = %(login_id)s, decided_person = %(person_id)s,
    decided_session = %(session_id)s, decided_at = %(now)s
WHERE id = %(id)s
"""
FINISH: Final = """
UPDATE balance_ending SET status = 'finished', finished_at = %(now)s
WHERE id = %(id)s AND status = 'approved'
  AND NOT EXISTS (SELECT FROM balance_ending_line WHERE ending_id = %(id)s AND status = 'waiting')
"""
LINES: Final = f"""
SELECT {_LINE}, l.status FROM balance_ending_line l
WHERE l.ending_id = %(id)s AND l.owner_id > %(after)s ORDER BY l.owner_id LIMIT %(rows)s
"""  # noqa: S608 (as above)
WAITING: Final = f"""
SELECT {_LINE} FROM balance_ending_line l WHERE l.ending_id = %(id)s AND l.status = 'waiting'
ORDER BY l.owner_id LIMIT %(rows)s
"""  # noqa: S608 (as above)
ALL_LINES: Final = f"SELECT {_LINE} FROM balance_ending_line l WHERE l.ending_id = %(id)s"  # noqa: S608 (as above)
MARK: Final = """
UPDATE balance_ending_line SET status = %(status)s
WHERE ending_id = %(id)s AND owner_id = ANY(%(owners)s) AND status = %(before)s
"""
# Dormant for so long, still not back, in use, with principal, and with nothing that a hold keeps of it.
DORMANT_BALANCES: Final = f"""
SELECT d.owner_id, d.owner_kind, a.balance_minor AS amount_minor, a.sequence AS principal_sequence
FROM dormancy d JOIN programme g ON g.id = d.programme_id
JOIN json_to_recordset(%(packs)s::text::json) AS p (name text, counted text[], undone_by text[])
  ON p.name = g.policy_pack
JOIN strict_account a ON a.owner_id = d.owner_id AND a.code IN (2010, 2020) AND a.balance_minor > 0 AND a.held_minor = 0
WHERE d.programme_id = %(programme_id)s AND d.stage = 'dormant' AND d.since <= %(dormant_since)s
  AND CASE d.owner_kind WHEN 'card' THEN (SELECT c.status = 'active' FROM card c WHERE c.id = d.owner_id)
                        ELSE (SELECT m.status IN ('registered', 'active') FROM member m WHERE m.id = d.owner_id) END
  AND NOT {IS_BACK}
ORDER BY d.owner_id LIMIT %(most)s
"""  # noqa: S608 (constants)
# Who cannot take it now is not asked about at all: a refusal would be the answer to that line for ever.
CAN_RECEIVE: Final = """
CASE l.owner_kind WHEN 'card' THEN (SELECT c.status = 'active' FROM card c WHERE c.id = l.owner_id)
     ELSE (SELECT m.status IN ('registered', 'active', 'blocked') FROM member m WHERE m.id = l.owner_id) END
"""
# Whose balance has lapsed, and who has used something since.
COME_BACK: Final = f"""
SELECT l.ending_id, e.unit, {_LINE} FROM balance_ending_line l JOIN balance_ending e ON e.id = l.ending_id
JOIN programme g ON g.id = e.programme_id
JOIN json_to_recordset(%(packs)s::text::json) AS p (name text, counted text[], undone_by text[])
  ON p.name = g.policy_pack
LEFT JOIN dormancy d ON d.owner_id = l.owner_id
WHERE l.status = 'ended' AND e.kind = 'lapse' AND (d.owner_id IS NULL OR {IS_BACK})
  AND {CAN_RECEIVE}
ORDER BY l.ending_id, l.owner_id LIMIT %(rows)s
"""  # noqa: S608 (constants)
LAPSED_OF: Final = f"""
SELECT l.ending_id, e.unit, {_LINE} FROM balance_ending_line l JOIN balance_ending e ON e.id = l.ending_id
WHERE l.owner_id = %(owner_id)s AND l.status = 'ended' AND e.kind = 'lapse' AND {CAN_RECEIVE} ORDER BY l.ending_id
"""  # noqa: S608 (a dataclass's fields)

_RESTORED: Final = ("restored", "ended")


@dataclass(frozen=True, slots=True)
class LineStanding:
    """A line and what has become of it."""

    owner_id: UUID
    owner_kind: str
    amount_minor: int
    principal_sequence: int
    status: str


@dataclass(frozen=True, slots=True)
class LapsedLine:
    """A line whose balance has lapsed."""

    ending_id: UUID
    unit: str
    owner_id: UUID
    owner_kind: str
    amount_minor: int
    principal_sequence: int


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides, and when."""

    login_id: UUID
    person_id: UUID
    session_id: UUID


@dataclass(frozen=True, slots=True)
class EndingChange:
    """An open change of a proposal, under its lock."""

    connection: Connection
    author: Author
    ending: BalanceEnding | None

    async def lines(self, ending_id: UUID) -> Sequence[EndingLine]:
        """Every line of it."""
        async with self.connection.cursor(row_factory=class_row(EndingLine)) as cursor:
            await cursor.execute(ALL_LINES, {"id": ending_id})
            return await cursor.fetchall()

    async def decide(self, ending: BalanceEnding, status: EndingStatus, by: Decider) -> None:
        """Write the decision, with its audit row."""
        row = {**asdict(by), "id": ending.id, "status": status.value, "now": self.author.now}
        await self.connection.execute(DECIDE, row)
        detail = {"list_hash": ending.list_hash.hex(), "total_minor": ending.total_minor, "accounts": ending.accounts}
        await record(self.connection, self.author, f"balance_ending.{status}", ending.id, detail)


@asynccontextmanager
async def ending_change(pool: Pool, ending_id: UUID, author: Author) -> AsyncIterator[EndingChange]:
    """Open a change of a proposal; it commits at the end."""
    async with transaction(pool) as connection:
        async with connection.cursor(row_factory=class_row(BalanceEnding)) as cursor:
            await cursor.execute(LOCK, {"id": ending_id})
            found = await cursor.fetchone()
        yield EndingChange(connection, author, None if found is None else _read(found))


async def dormant_balances(pool: Pool, programme_id: UUID, dormant_since: datetime, most: int) -> Sequence[EndingLine]:
    """The balances of those who have been dormant since then, at most so many."""
    parameters = {"programme_id": programme_id, "dormant_since": dormant_since, "most": most, "packs": packs()}
    return await _rows(pool, EndingLine, DORMANT_BALANCES, parameters)


async def add_ending(pool: Pool, ending: BalanceEnding, lines: Sequence[EndingLine], author: Author) -> None:
    """Record a proposal with its lines, and who has made it."""
    async with transaction(pool) as connection:
        await connection.execute(INSERT, {**asdict(ending), "kind": ending.kind.value})
        columns = {
            "ending_id": ending.id,
            "owners": [each.owner_id for each in lines],
            "kinds": [each.owner_kind for each in lines],
            "amounts": [each.amount_minor for each in lines],
            "sequences": [each.principal_sequence for each in lines],
        }
        await connection.execute(INSERT_LINES, columns)
        detail = {"list_hash": ending.list_hash.hex(), "total_minor": ending.total_minor, "accounts": ending.accounts}
        await record(connection, author, "balance_ending.proposed", ending.id, detail)


async def find_ending(pool: Pool, ending_id: UUID) -> BalanceEnding | None:
    """The proposal of that id, if there is one."""
    found = await _rows(pool, BalanceEnding, FIND, {"id": ending_id})
    return _read(found[0]) if found else None


async def list_endings(pool: Pool, before: UUID | None, limit: int) -> Page[BalanceEnding, UUID]:
    """A page of proposals, the latest first."""
    found = await _rows(pool, BalanceEnding, ENDINGS, {"before": before, "rows": limit + 1})
    return page_of([(each.id, _read(each)) for each in found], limit)


async def lines_of(pool: Pool, ending_id: UUID, after: UUID, limit: int) -> Page[LineStanding, UUID]:
    """A page of a proposal's lines by owner."""
    found = await _rows(pool, LineStanding, LINES, {"id": ending_id, "after": after, "rows": limit + 1})
    return page_of([(each.owner_id, each) for each in found], limit)


async def waiting_lines(pool: Pool, ending_id: UUID, limit: int) -> Sequence[EndingLine]:
    """The next lines that nothing has become of yet."""
    return await _rows(pool, EndingLine, WAITING, {"id": ending_id, "rows": limit})


async def approved_endings(pool: Pool) -> Sequence[UUID]:
    """The proposals that are approved and not finished, the oldest first."""
    async with pool.connection() as connection:
        return [row[0] for row in await (await connection.execute(APPROVED)).fetchall()]


async def mark_lines(pool: Pool, ending_id: UUID, ended: Sequence[UUID], left_alone: Sequence[UUID]) -> None:
    """Write what has become of lines that waited."""
    async with transaction(pool) as connection:
        for status, owners in (("ended", ended), ("left_alone", left_alone)):
            row = {"id": ending_id, "owners": list(owners), "status": status, "before": "waiting"}
            await connection.execute(MARK, row)


async def mark_restored(pool: Pool, line: LapsedLine) -> None:
    """Write that a lapsed balance is its holder's again."""
    status, before = _RESTORED
    async with transaction(pool) as connection:
        row = {"id": line.ending_id, "owners": [line.owner_id], "status": status, "before": before}
        await connection.execute(MARK, row)


async def finish_ending(pool: Pool, ending_id: UUID, now: datetime) -> None:
    """An approved proposal is finished when none of its lines waits."""
    async with transaction(pool) as connection:
        await connection.execute(FINISH, {"id": ending_id, "now": now})


async def lapsed_and_back(pool: Pool, limit: int) -> Sequence[LapsedLine]:
    """The next lapsed balances whose holders have come back."""
    return await _rows(pool, LapsedLine, COME_BACK, {"packs": packs(), "rows": limit})


async def lapsed_of(pool: Pool, owner_id: UUID) -> Sequence[LapsedLine]:
    """What has lapsed of one card or member and is not restored."""
    return await _rows(pool, LapsedLine, LAPSED_OF, {"owner_id": owner_id})


async def _rows(pool: Pool, kind: type[Any], query: str, parameters: dict[str, Any]) -> list[Any]:
    return await read_rows(pool, kind, query, parameters)


def _read(row: BalanceEnding) -> BalanceEnding:
    values = {each.name: getattr(row, each.name) for each in fields(BalanceEnding)}
    return BalanceEnding(**{**values, "kind": Ending(row.kind), "status": EndingStatus(row.status)})
