"""The proofs of the book: asked for, followed, and the history of all runs."""

from typing import Annotated, Any, Final
from uuid import UUID

from msgspec import Meta

from florin.api import management_examples as examples
from florin.api.asked_runs import LOCATED, RunStanding, TheRunAsker
from florin.api.callers import People
from florin.api.fields import Choice, Fields, ProofRunId
from florin.api.given import TheHouse, ThePage
from florin.api.idempotency_keys import KEY_PROBLEMS
from florin.api.money.money_answers import AnswerPart
from florin.api.problems.document import Refused
from florin.api.routes import Routes
from florin.api.views import listed
from florin.domain.asked_run import RunKind
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.people import READERS_OF_MONEY
from florin.domain.scopes import Scope
from florin.reconciliation.run_views import proof_run_view
from florin.storage.asked_runs import Wanted, find_run, list_runs
from florin.storage.day_close.proof_runs import PROOFS, ProofExtent, last_run, results_of

ROUTES = Routes("The book")

READERS: Final = People(READERS_OF_MONEY, scope=Scope.LEDGER_READ)

_LIST: Final = "proof-runs"


class ProofRunFields(Fields, example=examples.PROVE):
    """How much is to be proven: all of the book, or what came since the last sealed days."""

    extent: Annotated[ProofExtent, Choice] = ProofExtent.FULL


class ProofSaid(AnswerPart):
    """What one proof said: how many findings there were, and the first of them."""

    number: int
    name: str
    holds: bool
    rows_checked: int
    found: int
    findings: list[str]
    duration_ms: int


class ProofsResult(AnswerPart):
    """Whether the book held."""

    ok: bool
    duration_ms: int


class WholeProofsResult(ProofsResult):
    """Whether the book held, and what each proof said."""

    proofs: list[ProofSaid]


class _ProofRun(RunStanding):
    id: Annotated[str, Meta(pattern="^prv_[0-9a-f]{32}$")]
    asked_as: str | None
    extent: ProofExtent


class ProofRunListed(_ProofRun):
    """When the book was proven, for whom, and how much of it. `asked_as` is a user of the machine."""

    result: ProofsResult | None


class ProofRunAnswer(_ProofRun):
    """A run with its result, null until it is done."""

    result: WholeProofsResult | None


class ProofRunPage(AnswerPart):
    """Some runs, the latest first, and the cursor of the earlier ones."""

    items: list[ProofRunListed]
    next_cursor: str | None


@ROUTES.get(
    "/v1/proofs",
    allows=Scope.LEDGER_READ,
    problems=(Decline.PROOF_RUN_NOT_FOUND,),
    answers=ProofRunAnswer,
    example=examples.PROOF_RUN,
)
async def show_last_proofs(house: TheHouse) -> dict[str, Any]:
    """Show when the book was proven last, by all proofs, and what they said.

    `result.ok` is false when a promise is broken, and the findings name the rows.
    """
    run_id = await last_run(house.pool)
    if run_id is None:
        raise Refused(Decline.PROOF_RUN_NOT_FOUND)
    return await show_proof_run(run_id, house)


@ROUTES.post(
    "/v1/proof-runs",
    allows=Scope.LEDGER_READ,
    status=202,
    problems=KEY_PROBLEMS,
    answers=ProofRunAnswer,
    example=examples.PROOF_RUN_ASKED,
    responses=LOCATED,
)
async def ask_for_proofs(fields: ProofRunFields, house: TheHouse, asking: TheRunAsker) -> dict[str, Any]:
    """Have the book proven, all of it or what came since the last sealed days; it may take minutes.

    It begins within seconds, or when the proofs that are under way are over; `Location` is where to look. Whoever asks
    for what waits already is answered with that. The same request under the same key asks for nothing more.
    """
    extent = ProofExtent.FULL if fields.extent is ProofExtent.CHOSEN else fields.extent
    run = await asking.asks(Wanted(RunKind.PROOFS, extent=extent), _address)
    return await show_proof_run(run.id, house)


@ROUTES.get("/v1/proof-runs", allows=READERS, answers=ProofRunPage, example=examples.page_of(examples.PROOF_RUN_LISTED))
async def list_proof_runs(house: TheHouse, page: ThePage) -> dict[str, Any]:
    """List when the book was proven or is to be, the latest first: by closes, by commands and on demand."""
    found = await list_runs(house.pool, PROOFS, page.last_seen(_LIST), page.limit)
    return listed(_LIST, found, proof_run_view)


@ROUTES.get(
    "/v1/proof-runs/{proof_run_id}",
    allows=READERS,
    problems=(Decline.PROOF_RUN_NOT_FOUND,),
    answers=ProofRunAnswer,
    example=examples.PROOF_RUN,
)
async def show_proof_run(proof_run_id: ProofRunId, house: TheHouse) -> dict[str, Any]:
    """Show a run with what each proof said: `asked`, `running` (`progress` counts proofs), `done` or `failed`."""
    found = await find_run(house.pool, PROOFS, proof_run_id)
    if found is None:
        raise Refused(Decline.PROOF_RUN_NOT_FOUND)
    return proof_run_view(found, await results_of(house.pool, proof_run_id))


def _address(run_id: UUID) -> str:
    return f"/v1/proof-runs/{wire_id('proof_run', run_id)}"
