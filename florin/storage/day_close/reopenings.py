"""Reopening the last closed day of a programme: asked for by one person, done by another's word."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.identifiers import wire_id
from florin.domain.paging import Page, page_of
from florin.domain.people import Actor
from florin.storage.audit_trail import Author, record
from florin.storage.book.day_lock import DAY_LOCK
from florin.storage.book.sealing import TAKE_DAY_LOCK
from florin.storage.catalogue import RAISE_VERSION
from florin.storage.connect import Connection, Pool
from florin.storage.outbox import emit

_COLUMNS: Final = """
id, programme_id, business_date, reason, status, proposed_by, proposed_person, proposed_at, decided_by, decided_at, seal
"""
FIND: Final = f"SELECT {_COLUMNS} FROM day_reopening WHERE id = %(id)s FOR NO KEY UPDATE"  # noqa: S608 (our own columns)
PAGE: Final = f"""
SELECT {_COLUMNS} FROM day_reopening
WHERE (%(before)s::uuid IS NULL OR id < %(before)s) ORDER BY id DESC LIMIT %(limit)s
"""  # noqa: S608 (as above)
# The seal that a later day had until it was reopened is chained to the one that this day has now.
IS_REOPENABLE: Final = """
SELECT %(business_date)s = (SELECT max(business_date) FROM sealed_day WHERE programme_id = %(programme_id)s)
   AND NOT EXISTS (SELECT FROM day_reopening
                   WHERE programme_id = %(programme_id)s AND business_date > %(business_date)s AND status = 'approved')
   AND NOT EXISTS (SELECT FROM merchant_statement
                   WHERE programme_id = %(programme_id)s AND business_date = %(business_date)s AND status = 'approved')
"""
PROPOSE: Final = """
INSERT INTO day_reopening (id, programme_id, business_date, reason, status, proposed_by, proposed_person, proposed_at)
VALUES (%(id)s, %(programme_id)s, %(business_date)s, %(reason)s, 'proposed', %(proposed_by)s, %(proposed_person)s,
        %(proposed_at)s)
ON CONFLICT DO NOTHING
"""
REFUSE: Final = """
UPDATE day_reopening
SET status = 'refused', decided_by = %(login_id)s, decided_person = %(person_id)s, decided_at = %(now)s
WHERE id = %(id)s
"""
# The seal goes from the day to what reopens it, and stays a link of the chain there.
APPROVE: Final = """
UPDATE day_reopening r
SET status = 'approved', decided_by = %(login_id)s, decided_person = %(person_id)s, decided_at = %(now)s,
    transfers = d.transfers, merkle_root = d.merkle_root, previous_seal = d.previous_seal, seal = d.seal
FROM sealed_day d
WHERE r.id = %(id)s AND d.programme_id = r.programme_id AND d.business_date = r.business_date
"""
REOPEN: Final = "SELECT reopen_day(%(id)s)"
NEXT_EDITION: Final = """
INSERT INTO day_close (programme_id, business_date, edition, began_at, attempted_at)
SELECT %(programme_id)s, %(business_date)s, coalesce(max(edition), 0) + 1, %(now)s, %(now)s FROM day_close
WHERE programme_id = %(programme_id)s AND business_date = %(business_date)s
"""


@dataclass(frozen=True, slots=True)
class Reopening:
    """A closed day that somebody wants opened again; ``seal`` is the one that it had until then, if it had one."""

    id: UUID
    programme_id: UUID
    business_date: date
    reason: str
    status: str
    proposed_by: UUID
    proposed_person: UUID
    proposed_at: datetime
    decided_by: UUID | None = None
    decided_at: datetime | None = None
    seal: bytes | None = None


async def is_reopenable(connection: Connection, programme_id: UUID, business_date: date) -> bool:
    """Whether it is the last closed day, no later one is open again, and no merchant's statement of it is approved."""
    day = {"programme_id": programme_id, "business_date": business_date}
    row = await (await connection.execute(IS_REOPENABLE, day)).fetchone()
    return row is not None and bool(row[0])


async def propose_reopening(connection: Connection, reopening: Reopening, author: Author) -> bool:
    """Write what is asked for; False while another one of the programme waits."""
    row = {name: getattr(reopening, name) for name in Reopening.__dataclass_fields__}
    if (await connection.execute(PROPOSE, row)).rowcount == 0:
        return False
    await record(connection, author, "day.reopening_proposed", reopening.programme_id, _told(reopening))
    return True


async def read_reopening(connection: Connection, reopening_id: UUID) -> Reopening | None:
    """The one of that id, locked, if there is one."""
    async with connection.cursor(row_factory=class_row(Reopening)) as cursor:
        return await (await cursor.execute(FIND.encode(), {"id": reopening_id})).fetchone()


async def list_reopenings(pool: Pool, before: UUID | None, limit: int) -> Page[Reopening, UUID]:
    """A page of them, the latest first, from those before ``before``."""
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(Reopening)) as cursor:
        await cursor.execute(PAGE.encode(), {"before": before, "limit": limit + 1})
        return page_of([(each.id, each) for each in await cursor.fetchall()], limit)


async def take_day_lock(connection: Connection) -> None:
    """Let no posting group be under way, and none begin, until this transaction ends."""
    await connection.execute(TAKE_DAY_LOCK, {"day_lock": DAY_LOCK})


async def refuse_reopening(connection: Connection, reopening: Reopening, actor: Actor, now: datetime) -> None:
    """Write that the day stays closed."""
    await connection.execute(REFUSE, _decision(reopening, actor, now))
    author = Author(actor.session_id, now)
    await record(connection, author, "day.reopening_refused", reopening.programme_id, _told(reopening))


async def carry_out_reopening(connection: Connection, reopening: Reopening, actor: Actor, now: datetime) -> None:
    """Open the day: its seal moves to the reopening, and what was drawn up of the day and not approved goes."""
    decision = _decision(reopening, actor, now)
    await connection.execute(APPROVE, decision)
    await connection.execute(REOPEN, decision)
    day = {"programme_id": reopening.programme_id, "business_date": reopening.business_date, "now": now}
    await connection.execute(NEXT_EDITION, day)
    await connection.execute(RAISE_VERSION)
    author = Author(actor.session_id, now)
    await record(connection, author, "day.reopened", reopening.programme_id, _told(reopening))
    payload = {
        "programme_id": wire_id("programme", reopening.programme_id),
        "business_date": reopening.business_date.isoformat(),
        "reason": reopening.reason,
    }
    await emit(connection, "day.reopened", reopening.programme_id, payload, now)


def _decision(reopening: Reopening, actor: Actor, now: datetime) -> dict[str, Any]:
    return {"id": reopening.id, "login_id": actor.login_id, "person_id": actor.person_id, "now": now}


def _told(reopening: Reopening) -> dict[str, Any]:
    return {
        "reopening_id": wire_id("day_reopening", reopening.id),
        "business_date": reopening.business_date.isoformat(),
        "reason": reopening.reason,
    }
