"""Proving the book for somebody: the run is kept, with all that it found."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from florin.domain.day_close import FULL_PROOFS_EVERY
from florin.reconciliation.findings import ProofReport
from florin.reconciliation.run_proofs import NANOSECONDS_PER_MILLISECOND, OnProgress, run_proofs
from florin.storage.audit_trail import Author
from florin.storage.connect import Pool
from florin.storage.day_close.proof_runs import KeptResult, ProofExtent, keep_run, last_full_run


@dataclass(frozen=True, slots=True)
class KeptProofs:
    """What a run said, and under which id and to which extent it is kept."""

    id: UUID
    extent: ProofExtent
    report: ProofReport


async def prove(
    pool: Pool,
    author: Author,
    extent: ProofExtent = ProofExtent.FULL,
    only: Collection[int] | None = None,
    on_progress: OnProgress | None = None,
) -> KeptProofs:
    """Prove the book and keep the run under the name of ``author``.

    Args:
        pool: connections to the book; one is used, for as long as it takes.
        author: who asks, and when.
        extent: all of the book, or what came since the last sealed days.
        only: the numbers of the proofs to run; all when None.
        on_progress: told of each result as soon as it is there.
    """
    began = time.perf_counter_ns()
    report = await run_proofs(pool, only, on_progress, since_seals=extent is ProofExtent.SINCE_SEALS)
    duration_ms = (time.perf_counter_ns() - began) // NANOSECONDS_PER_MILLISECOND
    kept = [
        KeptResult(
            each.number, each.name, each.rows_checked, each.found, list(map(str, each.findings)), each.duration_ms
        )
        for each in report.results
    ]
    extent = extent if only is None else ProofExtent.CHOSEN
    return KeptProofs(await keep_run(pool, extent, author, duration_ms, kept), extent, report)


async def prove_for_close(pool: Pool, author: Author) -> KeptProofs:
    """Prove what came since the last sealed days, or all of the book when that was last done a week ago."""
    last_full = await last_full_run(pool)
    is_due = last_full is None or author.now - last_full >= FULL_PROOFS_EVERY
    return await prove(pool, author, ProofExtent.FULL if is_due else ProofExtent.SINCE_SEALS)
