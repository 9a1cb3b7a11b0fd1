"""Running the proofs: all of them on one snapshot, so that a running service cannot make a right book look torn."""

import time
from collections.abc import Collection
from typing import Final

from florin.domain.asked_run import OnStep
from florin.reconciliation.findings import SHOWN, Finding, ProofReport, ProofResult, name_rows
from florin.reconciliation.proof import Proof, Reach
from florin.reconciliation.proofs import PROOFS
from florin.reconciliation.verify_seals import check_seals
from florin.storage.connect import Connection, Pool
from florin.storage.long_work import one_snapshot
from florin.storage.proofs.findings import ask, count_rows
from florin.storage.proofs.later import Opening, find_opening

NANOSECONDS_PER_MILLISECOND: Final = 1_000_000


async def run_proofs(
    pool: Pool,
    only: Collection[int] | None = None,
    on_step: OnStep = lambda _done, _of: None,
    *,
    since_seals: bool = False,
) -> ProofReport:
    """Prove the book.

    Args:
        pool: connections to the book; one is used, for as long as it takes.
        only: the numbers of the proofs to run; all when None.
        on_step: told how many proofs are done, and of how many.
        since_seals: prove only what came since the last sealed days, and trust those; their last ones are hashed again.
    """
    chosen = [proof for proof in PROOFS if only is None or proof.number in only]
    if since_seals:
        chosen = [proof for proof in chosen if proof.reach is not Reach.FULL_ONLY]
    results: list[ProofResult] = []
    async with one_snapshot(pool) as connection:
        rows = await count_rows(connection)
        opening = await find_opening(connection) if since_seals else None
        for proof in chosen:
            on_step(len(results), len(chosen))
            results.append(await _run(connection, proof, rows, opening))
        on_step(len(results), len(chosen))
    return ProofReport(tuple(results))


async def _run(connection: Connection, proof: Proof, rows: dict[str, int], opening: Opening | None) -> ProofResult:
    started = time.perf_counter_ns()
    checked = rows[proof.looks_at]
    if proof.question is None:
        checked, broken = await check_seals(connection, last_only=opening is not None)
        found, findings = len(broken), broken[:SHOWN]
    else:
        is_later = opening is not None and proof.reach is Reach.LATER
        question = (is_later and proof.later) or proof.question
        found, wrong = await ask(connection, question, SHOWN, opening if is_later else None)
        findings = [Finding(name_rows(row), row["detail"]) for row in wrong]
    duration_ms = (time.perf_counter_ns() - started) // NANOSECONDS_PER_MILLISECOND
    return ProofResult(proof.number, proof.name, proof.promise, checked, found, tuple(findings), duration_ms)
