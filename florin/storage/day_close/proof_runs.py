"""The history of proofs: when the book was proven, for whom, how much of it, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from typing import Any, Final
from uuid import UUID

import msgspec

from florin.domain.asked_run import RunKind
from florin.storage.asked_runs import KindOfRuns
from florin.storage.audit_trail import Author
from florin.storage.connect import Pool, transaction
from florin.storage.read_rows import read_rows

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
LAST: Final = "SELECT id FROM proof_run WHERE extent <> 'chosen' ORDER BY began_at DESC, id DESC LIMIT 1"
BY_IDS: Final = """
SELECT id, extent, asked_by, asked_as, began_at, duration_ms, ok FROM proof_run WHERE id = ANY(%(ids)s)
"""
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


PROOFS: Final = KindOfRuns(RunKind.PROOFS, "proof_run", ProofRun, BY_IDS)


async def keep_run(
    pool: Pool,
    run_id: UUID,
    extent: ProofExtent,
    author: Author,
    duration_ms: int,
    results: Sequence[KeptResult],
) -> None:
    """Write a run with its results, all or nothing."""
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


async def last_full_run(pool: Pool) -> datetime | None:
    """When the whole book last proved itself; None if it never has."""
    async with pool.connection() as connection:
        row = await (await connection.execute(LAST_FULL)).fetchone()
    return None if row is None else row[0]


async def last_run(pool: Pool) -> UUID | None:
    """The run that has proven the book last, by all proofs; None if none ever has."""
    async with pool.connection() as connection:
        row = await (await connection.execute(LAST)).fetchone()
    return None if row is None else row[0]


async def results_of(pool: Pool, run_id: UUID) -> Sequence[KeptResult]:
    """What the proofs of a run said, in their order; nothing before it is done."""
    return await read_rows(pool, KeptResult, RESULTS, {"id": run_id})


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
