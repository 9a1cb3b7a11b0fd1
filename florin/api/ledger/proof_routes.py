"""The proofs of the book: run on demand, and the history of all runs."""

from datetime import datetime
from typing import Annotated, Any, Final

from florin.api import management_examples as examples
from florin.api.callers import People
from florin.api.fields import Choice, Fields, ProofRunId
from florin.api.given import TheAuthor, TheHouse, ThePage
from florin.api.ledger.ledger_views import ProofsView
from florin.api.one_at_a_time import OneAtATime
from florin.api.problems.document import Refused
from florin.api.routes import Routes
from florin.api.views import View, listed
from florin.domain.declines import Decline
from florin.domain.people import READERS_OF_MONEY
from florin.domain.scopes import Scope
from florin.reconciliation.prove import prove
from florin.storage.day_close.proof_runs import ProofExtent, ProofRun, find_run, list_runs

ROUTES = Routes("The book")

PROVING: Final = OneAtATime("the book is being proven by another request")
"""A proof reads the whole book."""

READERS: Final = People(READERS_OF_MONEY, scope=Scope.LEDGER_READ)

_LIST: Final = "proof-runs"


class ProofRunFields(Fields, example=examples.PROVE):
    """How much is to be proven: all of the book, or what came since the last sealed days."""

    extent: Annotated[ProofExtent, Choice] = ProofExtent.FULL


class ProofRunView(View):
    """When the book was proven, for whom, how much of it, and whether it held. `asked_as` is a user of the machine."""

    id: ProofRunId
    extent: ProofExtent
    asked_by: str | None
    asked_as: str | None
    began_at: datetime
    duration_ms: int
    ok: bool


class KeptResultView(View):
    """What one proof said: how many findings there were, and the first of them."""

    number: int
    name: str
    holds: bool
    rows_checked: int
    found: int
    findings: list[str]
    duration_ms: int


class WholeProofRunView(ProofRunView):
    """A run with the results of its proofs."""

    results: list[KeptResultView]


class ProofRunPage(View):
    """Some runs, the latest first, and the cursor of the earlier ones."""

    items: list[ProofRunView]
    next_cursor: str | None


@ROUTES.get("/v1/proofs", allows=Scope.LEDGER_READ, example=examples.PROOFS)
async def prove_book(house: TheHouse, author: TheAuthor) -> ProofsView:
    """Prove the book as it stands now. `ok` is false when a promise is broken, and the findings name the rows.

    It reads the whole book, so one request at a time is served. The run is kept.
    """
    with PROVING.turn():
        return ProofsView.model_validate((await prove(house.pool, author)).report)


@ROUTES.post("/v1/proof-runs", allows=Scope.LEDGER_READ, example=examples.PROOF_RUN)
async def run_the_proofs(fields: ProofRunFields, house: TheHouse, author: TheAuthor) -> WholeProofRunView:
    """Prove the book, all of it or what came since the last sealed days, and keep the run."""
    extent = ProofExtent.FULL if fields.extent is ProofExtent.CHOSEN else fields.extent
    with PROVING.turn():
        kept = await prove(house.pool, author, extent)
    return await show_proof_run(kept.id, house)


@ROUTES.get("/v1/proof-runs", allows=READERS, example=examples.page_of(examples.PROOF_RUN_LISTED))
async def list_proof_runs(house: TheHouse, page: ThePage) -> ProofRunPage:
    """List when the book was proven, the latest first: by closes, by commands and on demand."""
    found = await list_runs(house.pool, page.last_seen(_LIST), page.limit)
    return ProofRunPage(**listed(_LIST, found, lambda each: ProofRunView(**_run(each))))


@ROUTES.get(
    "/v1/proof-runs/{proof_run_id}",
    allows=READERS,
    problems=(Decline.PROOF_RUN_NOT_FOUND,),
    example=examples.PROOF_RUN,
)
async def show_proof_run(proof_run_id: ProofRunId, house: TheHouse) -> WholeProofRunView:
    """Show a run with what each proof said."""
    found = await find_run(house.pool, proof_run_id)
    if found is None:
        raise Refused(Decline.PROOF_RUN_NOT_FOUND)
    run, results = found
    views = [
        KeptResultView(
            number=each.number,
            name=each.name,
            holds=each.found == 0,
            rows_checked=each.rows_checked,
            found=each.found,
            findings=list(each.findings),
            duration_ms=each.duration_ms,
        )
        for each in results
    ]
    return WholeProofRunView(**_run(run), results=views)


def _run(run: ProofRun) -> dict[str, Any]:
    asked_by = None if run.asked_by is None else run.asked_by.hex
    return {
        "id": run.id,
        "extent": ProofExtent(run.extent),
        "asked_by": asked_by,
        "asked_as": run.asked_as,
        "began_at": run.began_at,
        "duration_ms": run.duration_ms,
        "ok": run.ok,
    }
