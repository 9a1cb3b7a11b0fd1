"""Runs that may be asked for, as they are shown: the standing that all kinds have, and what the proofs have said."""

from collections.abc import Sequence
from typing import Any

from florin.clearing.answers import Json, instant_if_any
from florin.domain.asked_run import RunState
from florin.domain.identifiers import wire_id
from florin.storage.asked_runs import AskedRun, Run
from florin.storage.day_close.proof_runs import KeptResult, ProofRun


def standing_view(run: Run[Any]) -> Json:
    """Where a run stands: asked for and begun when, how far it is, and why it failed, if it did."""
    asked, kept = run.asked, run.kept
    if asked is None:
        # Nobody had to ask.
        began_at = None if kept is None else kept.began_at
        asked_by, asked_at = None, began_at
    else:
        began_at = asked.began_at if kept is None else kept.began_at
        asked_by, asked_at = asked.asked_by.hex, asked.asked_at
    return {
        "state": run.state,
        "asked_by": asked_by,
        "asked_at": instant_if_any(asked_at),
        "began_at": instant_if_any(began_at),
        "progress": _progress(asked) if run.state is RunState.RUNNING else None,
        "code": None if asked is None or run.state is not RunState.FAILED else asked.code,
    }


def _progress(asked: AskedRun | None) -> Json | None:
    return None if asked is None or asked.steps is None else {"done": asked.steps_done, "of": asked.steps}


def proof_run_view(run: Run[ProofRun], said: Sequence[KeptResult] | None = None) -> Json:
    """A run of the proofs, and its result, null until it is done; with what each proof has ``said``, if at hand."""
    kept, standing = run.kept, standing_view(run)
    told: Json
    if kept is None:
        told = {"asked_as": None, "extent": None if run.asked is None else run.asked.extent, "result": None}
    else:
        standing["asked_by"] = None if kept.asked_by is None else kept.asked_by.hex
        proofs = {} if said is None else {"proofs": list(map(_said, said))}
        result = {"ok": kept.ok, "duration_ms": kept.duration_ms, **proofs}
        told = {"asked_as": kept.asked_as, "extent": kept.extent, "result": result}
    return {"id": wire_id("proof_run", run.id), **standing, **told}


def _said(result: KeptResult) -> Json:
    return {
        "number": result.number,
        "name": result.name,
        "holds": result.found == 0,
        "rows_checked": result.rows_checked,
        "found": result.found,
        "findings": list(result.findings),
        "duration_ms": result.duration_ms,
    }
