"""The history of proofs: when the book was proven, for whom, how much of it, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from typing import Any, Final
from uuid import UUID

import msgspec
from psycopg.rows import class_row

from florin.domain.paging import Page, page_of
from florin.storage.audit_trail import Author
from florin.storage.connect import Pool, transaction
from florin.storage.fresh_ids import fresh_id

INSERT_RUN: Final = """
INSERT INTO proof_run (id, extent, asked_by, asked_as, began_at, duration_ms, ok)
VALUES (%(id)s, %(extent)s, %(asked_by)s, %(asked_as)s, %(began_at)s, %(duration_ms)s, %(ok)s)
"""
INSERT_RESULT: Final = """
INSERT INTO proof_result (run_id, position, number, name, rows_checked, found, findings, duration_ms)
VALUES (%(run_id)s, %(position)s, %(number)s, %(name)s, %(rows_checked)s, %(found)s, %(findings)s::text::jsonb,
        %(duration_ms)s)
"""
LAST_FULL: Final = "SELECT max(began_at) FROM proof_run WHERE extent = 'full' AND ok"
PAGE: Final = """
SELECT id, extent, asked_by, asked_as, began_at, duration_ms, ok FROM proof_run
WHERE (%(before)s::uuid IS NULL OR id < %(before)s) ORDER BY id DESC LIMIT %(limit)s
"""
FIND: Final = "SELECT id, extent, asked_by, asked_as, began_at, duration_ms, ok FROM proof_run WHERE id = %(id)s"
RESULTS: Final = """
SELECT number, name, rows_checked, found, findings, duration_ms FROM proof_result
WHERE run_id = %(id)s ORDER BY position
"""

_encode: Final = msgspec.json.Encoder().encode


class ProofExtent(StrEnum):
    """How much of the book a run has looked at."""

    FULL = auto()  # all of it, and every sealed day hashed again
    SINCE_SEALS = auto()  # what came since the last sealed days, on top of them
    CHOSEN = auto()  # only the proofs that were asked for, over the whole book


@dataclass(frozen=True, slots=True)
class KeptResult:
    """What one proof said: ``found`` counts its findings, ``findings`` names the first of them."""

    number: int
    name: str
    rows_checked: int
    found: int
    findings: Sequence[str]
    duration_ms: int


@dataclass(frozen=True, slots=True)
class ProofRun:
    """One run: ``asked_by`` is the API key or session, ``asked_as`` the machine's user where nobody had signed in."""

    id: UUID
    extent: str
    asked_by: UUID | None
    asked_as: str | None
    began_at: datetime
    duration_ms: int
    ok: bool


async def keep_run(
    pool: Pool, extent: ProofExtent, author: Author, duration_ms: int, results: Sequence[KeptResult]
) -> UUID:
    """Write a run with its results, all or nothing, and return its id."""
    run_id = fresh_id()
    run: dict[str, Any] = {
        "id": run_id,
        "extent": extent.value,
        "asked_by": author.actor_id,
        "asked_as": author.by,
        "began_at": author.now,
        "duration_ms": duration_ms,
        "ok": not any(each.found for each in results),
    }
    async with transaction(pool) as connection, connection.cursor() as cursor:
        await cursor.execute(INSERT_RUN, run)
        rows = [_columns(run_id, position, each) for position, each in enumerate(results)]
        await cursor.executemany(INSERT_RESULT, rows)
    return run_id


async def last_full_run(pool: Pool) -> datetime | None:
    """When the whole book last proved itself; None if it never has."""
    async with pool.connection() as connection:
        row = await (await connection.execute(LAST_FULL)).fetchone()
    return None if row is None else row[0]


async def list_runs(pool: Pool, before: UUID | None, limit: int) -> Page[ProofRun, UUID]:
    """A page of runs, the latest first, from those before ``before``."""
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(ProofRun)) as cursor:
        await cursor.execute(PAGE, {"before": before, "limit": limit + 1})
        return page_of([(each.id, each) for each in await cursor.fetchall()], limit)


async def find_run(pool: Pool, run_id: UUID) -> tuple[ProofRun, Sequence[KeptResult]] | None:
    """The run of that id with its results, if there is one."""
    async with pool.connection() as connection:
        async with connection.cursor(row_factory=class_row(ProofRun)) as cursor:
            run = await (await cursor.execute(FIND, {"id": run_id})).fetchone()
        if run is None:
            return None
        async with connection.cursor(row_factory=class_row(KeptResult)) as results:
            return run, await (await results.execute(RESULTS, {"id": run_id})).fetchall()


def _columns(run_id: UUID, position: int, result: KeptResult) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "position": position,
        "number": result.number,
        "name": result.name,
        "rows_checked": result.rows_checked,
        "found": result.found,
        "findings": _encode(result.findings).decode(),
        "duration_ms": result.duration_ms,
    }
