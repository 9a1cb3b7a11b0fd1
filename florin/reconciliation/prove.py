"""Proving the book for somebody: the run is kept, with all that it found."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from florin.domain.asked_run import OnStep
from florin.domain.day_close import FULL_PROOFS_EVERY
from florin.reconciliation.findings import ProofReport
from florin.reconciliation.run_proofs import NANOSECONDS_PER_MILLISECOND, run_proofs
from florin.storage.audit_trail import Author
from florin.storage.connect import Pool
from florin.storage.day_close.proof_runs import KeptResult, ProofExtent, keep_run, last_full_run
from florin.storage.fresh_ids import fresh_id


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
    on_step: OnStep = lambda _done, _of: None,
    run_id: UUID | None = None,
) -> KeptProofs:
    """Prove the book and keep the run under the name of ``author``.

    Args:
        pool: connections to the book; one is used, for as long as it takes.
        author: who asks, and when.
        extent: all of the book, or what came since the last sealed days.
        only: the numbers of the proofs to run; all when None.
        on_step: told how many proofs are done, and of how many.
        run_id: under which somebody has asked for it.
    """
    began = time.perf_counter_ns()
    report = await run_proofs(pool, only, on_step, since_seals=extent is ProofExtent.SINCE_SEALS)
    duration_ms = (time.perf_counter_ns() - began) // NANOSECONDS_PER_MILLISECOND
    kept = [
        KeptResult(
            each.number, each.name, each.rows_checked, each.found, list(map(str, each.findings)), each.duration_ms
        )
        for each in report.results
    ]
    extent, run_id = extent if only is None else ProofExtent.CHOSEN, run_id or fresh_id()
    await keep_run(pool, run_id, extent, author, duration_ms, kept)
    return KeptProofs(run_id, extent, report)


async def prove_for_close(pool: Pool, author: Author) -> KeptProofs:
    """Prove what came since the last sealed days, or all of the book when that was last done a week ago."""
    last_full = await last_full_run(pool)
    is_due = last_full is None or author.now - last_full >= FULL_PROOFS_EVERY
    return await prove(pool, author, ProofExtent.FULL if is_due else ProofExtent.SINCE_SEALS)
