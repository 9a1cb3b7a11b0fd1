"""Matching for finance: runs of it, and what belongs together and why."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Query

from florin.api.asked_runs import LOCATED, TheRunAsker
from florin.api.asking import ThePerson
from florin.api.callers import people
from florin.api.fields import Choice, CounterpartyId, Fields, JournalId, MatchingRunId, ProgrammeId, StatementLineId
from florin.api.given import ThePage
from florin.api.idempotency_keys import KEY_PROBLEMS
from florin.api.management_examples import page_of
from florin.api.matching import answers, examples
from florin.api.programmes.visible_configuration import TheConfiguration
from florin.api.routes import Routes
from florin.api.views import listed
from florin.domain.asked_run import RunKind
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.matching import MatchPass, Relation
from florin.reconciliation.counterparties import READERS, WHO_MAY
from florin.reconciliation.match_views import match_view, run_view
from florin.reconciliation.read_matches import matches_page, read_run, runs_page
from florin.storage.asked_runs import Wanted
from florin.storage.reconciliation.matches import WhichMatches

ROUTES = Routes("Reconciliation")

_RUNS: Final = "matching-runs"
_MATCHES: Final = "matches"

OfRelation = Annotated[
    Relation, Choice, Query(description="Lines with our book, or what a provider says twice with itself.")
]
OfPass = Annotated[MatchPass | None, Choice, Query(alias="pass", description="Found by which rule.")]
OfRun = Annotated[MatchingRunId | None, Query(description="Of which run.")]
OfCounterparty = Annotated[CounterpartyId | None, Query(description="Whose lines.")]
OfLine = Annotated[StatementLineId | None, Query(description="Of which line.")]
OfJournal = Annotated[JournalId | None, Query(description="Of which journal of ours.")]


async def _which(
    relation: OfRelation = Relation.BOOK,
    name: OfPass = None,
    run_id: OfRun = None,
    counterparty_id: OfCounterparty = None,
    line_id: OfLine = None,
    journal_id: OfJournal = None,
) -> WhichMatches:
    return WhichMatches(
        relation=relation,
        run_id=run_id,
        counterparty_id=counterparty_id,
        line_id=line_id,
        journal_id=journal_id,
        name=name,
    )


Which = Annotated[WhichMatches, Depends(_which)]


class MatchingRunFields(Fields, example=examples.ASKED):
    """By which programme's business day it is late what is late; null: the one that is furthest behind."""

    programme_id: ProgrammeId | None = None


@ROUTES.post(
    "/v1/matching-runs",
    allows=people(*WHO_MAY),
    status=202,
    problems=(*KEY_PROBLEMS, Decline.PROGRAMME_NOT_FOUND),
    answers=answers.MatchingRunAnswer,
    example=examples.RUN_ASKED,
    responses=LOCATED,
)
async def ask_for_matching(
    fields: MatchingRunFields, configuration: TheConfiguration, person: ThePerson, asking: TheRunAsker
) -> dict[str, Any]:
    """Have everything matched that is not matched, of all programmes; it may take minutes.

    As often as asked, with the same result. It begins within seconds, or when the run that is under way is over;
    `Location` is where to look. Whoever asks for what waits already is answered with that. The same request under the
    same key asks for nothing more.
    """
    if fields.programme_id is not None:
        configuration.programme(fields.programme_id)
    run = await asking.asks(Wanted(RunKind.MATCHING, fields.programme_id), _address)
    return await show_matching_run(run.id, person)


@ROUTES.get(
    "/v1/matching-runs", allows=people(*READERS), answers=answers.MatchingRunPage, example=page_of(examples.RUN)
)
async def list_matching_runs(person: ThePerson, page: ThePage) -> dict[str, Any]:
    """List runs of matching, done or not, the latest first."""
    return listed(_RUNS, await person.asks(runs_page, page.last_seen(_RUNS), page.limit), run_view)


@ROUTES.get(
    "/v1/matching-runs/{matching_run_id}",
    allows=people(*READERS),
    problems=(Decline.MATCHING_RUN_NOT_FOUND,),
    answers=answers.MatchingRunAnswer,
    example=examples.RUN,
)
async def show_matching_run(matching_run_id: MatchingRunId, person: ThePerson) -> dict[str, Any]:
    """Show a run of matching: `asked`, `running`, `failed`, or `done` with what it has done, pass by pass."""
    return run_view(await person.asks(read_run, matching_run_id))


@ROUTES.get("/v1/matches", allows=people(*READERS), answers=answers.MatchPage, example=page_of(examples.MATCH))
async def list_matches_with_reasons(person: ThePerson, page: ThePage, which: Which) -> dict[str, Any]:
    """List what belongs together and why, that of the latest lines first."""
    return listed(_MATCHES, await person.asks(matches_page, which, page.last_seen(_MATCHES), page.limit), match_view)


def _address(run_id: UUID) -> str:
    return f"/v1/matching-runs/{wire_id('matching_run', run_id)}"
