"""Running the proofs: all of them on one snapshot, so that a running service cannot make a right book look torn."""

import time
from collections.abc import Callable, Collection
from typing import Final

from florin.reconciliation.findings import SHOWN, Finding, ProofReport, ProofResult, name_rows
from florin.reconciliation.proofs import PROOFS, Proof
from florin.reconciliation.verify_seals import check_seals
from florin.storage.connect import Connection, Pool
from florin.storage.long_work import one_snapshot
from florin.storage.proofs.findings import ask, count_rows

NANOSECONDS_PER_MILLISECOND: Final = 1_000_000

OnProgress = Callable[[ProofResult], None]


async def run_proofs(
    pool: Pool, only: Collection[int] | None = None, on_progress: OnProgress | None = None
) -> ProofReport:
    """Prove the book.

    Args:
        pool: connections to the book; one is used, for as long as it takes.
        only: the numbers of the proofs to run; all when None.
        on_progress: told of each result as soon as it is there.
    """
    chosen = [proof for proof in PROOFS if only is None or proof.number in only]
    results = []
    async with one_snapshot(pool) as connection:
        rows = await count_rows(connection)
        for proof in chosen:
            result = await _run(connection, proof, rows)
            results.append(result)
            if on_progress is not None:
                on_progress(result)
    return ProofReport(tuple(results))


async def _run(connection: Connection, proof: Proof, rows: dict[str, int]) -> ProofResult:
    started = time.perf_counter_ns()
    checked = rows[proof.looks_at]
    if proof.question is None:
        checked, broken = await check_seals(connection)
        found, findings = len(broken), broken[:SHOWN]
    else:
        found, wrong = await ask(connection, proof.question, SHOWN)
        findings = [Finding(name_rows(row), row["detail"]) for row in wrong]
    duration_ms = (time.perf_counter_ns() - started) // NANOSECONDS_PER_MILLISECOND
    return ProofResult(proof.number, proof.name, proof.promise, checked, found, tuple(findings), duration_ms)
