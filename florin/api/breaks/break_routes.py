"""Breaks: what differs between our book and others' statements, who is on it, and how it ends."""

from typing import Annotated, Any, Final

from fastapi import Depends, Query

from florin.api.asking import AskingOnce, ThePerson, ThePersonOnce, proof_of
from florin.api.breaks import answers, bodies, examples
from florin.api.callers import people
from florin.api.fields import BreakId, Choice, CounterpartyId, LoginId, ProgrammeId
from florin.api.given import ThePage, accepted
from florin.api.idempotency_keys import KEY_PROBLEMS
from florin.api.management_examples import page_of
from florin.api.people.step_up import STEP_UP_PROBLEMS
from florin.api.routes import Routes
from florin.api.views import listed
from florin.clearing.breaks.allowed import DECIDE, HAND_OVER, NOTE, READ, WORK
from florin.clearing.breaks.decide_endings import ApproveEnding, RejectEnding, approve_endings, reject_endings
from florin.clearing.breaks.each_break import BreakAnswer, Clerk
from florin.clearing.breaks.list_views import aged_view, outcome_view, standing_view, story_view
from florin.clearing.breaks.propose_endings import ProposeEnding, account_of, propose_endings
from florin.clearing.breaks.read_breaks import breaks_page, read_break_story, standing_by_age
from florin.clearing.breaks.work_on_breaks import (
    CloseBreak,
    HandOverBreak,
    NoteBreak,
    TakeBreak,
    close_breaks,
    hand_over_breaks,
    note_breaks,
    take_breaks,
)
from florin.domain.break_life import BreakKind, BreakState
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.storage.reconciliation.breaks import WhichBreaks

ROUTES = Routes("Reconciliation")

_LIST: Final = "breaks"

Alive = Annotated[bool, Query(description="Only those that have not ended.")]
OfProgramme = Annotated[ProgrammeId | None, Query(description="Of which programme.")]
OfCounterparty = Annotated[CounterpartyId | None, Query(description="Whose statements differ.")]
OfKind = Annotated[BreakKind | None, Choice, Query(description="What differs.")]
OfState = Annotated[BreakState | None, Choice, Query(description="Where they stand.")]
OfOwner = Annotated[LoginId | None, Query(description="Who has taken them.")]
LeastAge = Annotated[int, Query(ge=0, le=366, description="How many banking days old they are at least.")]


async def _which(
    *,
    alive: Alive = True,
    programme_id: OfProgramme = None,
    counterparty_id: OfCounterparty = None,
    kind: OfKind = None,
    state: OfState = None,
    owner_id: OfOwner = None,
) -> WhichBreaks:
    return WhichBreaks(
        alive=alive,
        programme_id=programme_id,
        counterparty_id=counterparty_id,
        kind=kind,
        state=state,
        owner_id=owner_id,
    )


Which = Annotated[WhichBreaks, Depends(_which)]


@ROUTES.get("/v1/breaks", allows=people(*READ), answers=answers.BreakPage, example=page_of(examples.AGED))
async def list_breaks(person: ThePerson, page: ThePage, which: Which, least_age_days: LeastAge = 0) -> dict[str, Any]:
    """List breaks with their ages, the oldest first."""
    after = page.last_seen(_LIST)
    found = await person.asks(breaks_page, which, person.now, after, page.limit, least_age_days)
    return listed(_LIST, found, aged_view)


@ROUTES.get("/v1/breaks/ageing", allows=people(*READ), answers=answers.BreakAgeing, example=examples.AGEING)
async def sum_up_breaks(person: ThePerson, programme_id: OfProgramme = None) -> dict[str, Any]:
    """Sum up what has not ended, by counterparty, kind and age."""
    standing = await person.asks(standing_by_age, person.now, programme_id)
    return {"items": [standing_view(each) for each in standing]}


@ROUTES.get(
    "/v1/breaks/{break_id}",
    allows=people(*READ),
    problems=(Decline.BREAK_NOT_FOUND,),
    answers=answers.BreakStory,
    example=examples.STORY,
)
async def show_break(break_id: BreakId, person: ThePerson) -> dict[str, Any]:
    """Show a break with everything that was done with it, and what people have written."""
    return story_view(await person.asks(read_break_story, break_id, person.now))


@ROUTES.post(
    "/v1/breaks/take",
    allows=people(*WORK),
    problems=KEY_PROBLEMS,
    answers=answers.BreakOutcomes,
    example=examples.OUTCOMES,
)
async def take_named_breaks(fields: bodies.TakeFields, person: ThePersonOnce) -> dict[str, Any]:
    """Take breaks: whoever asks is their owner from then on. Each has its own answer."""
    commands = [TakeBreak(each, fields.severity) for each in fields.breaks]
    return _told(accepted(await take_breaks(person.house, _clerk(person), commands)))


@ROUTES.post(
    "/v1/breaks/hand-over",
    allows=people(*HAND_OVER),
    problems=KEY_PROBLEMS,
    answers=answers.BreakOutcomes,
    example=examples.OUTCOMES,
)
async def hand_over_named_breaks(fields: bodies.HandOverFields, person: ThePersonOnce) -> dict[str, Any]:
    """Give breaks to a colleague, also while something is proposed for them.

    Each has its own answer: `login_not_found` for whoever may not work on breaks, is blocked or waits to be released.
    """
    commands = [HandOverBreak(each, fields.owner_id) for each in fields.breaks]
    return _told(accepted(await hand_over_breaks(person.house, _clerk(person), commands)))


@ROUTES.post(
    "/v1/breaks/note",
    allows=people(*NOTE),
    problems=KEY_PROBLEMS,
    answers=answers.BreakOutcomes,
    example=examples.OUTCOMES,
)
async def note_named_breaks(fields: bodies.NoteFields, person: ThePersonOnce) -> dict[str, Any]:
    """Write down what was found out about breaks, also when they have ended."""
    commands = [NoteBreak(each, fields.text) for each in fields.breaks]
    return _told(accepted(await note_breaks(person.house, _clerk(person), commands)))


@ROUTES.post(
    "/v1/breaks/propose",
    allows=people(*WORK),
    problems=KEY_PROBLEMS,
    answers=answers.BreakOutcomes,
    example=examples.OUTCOMES,
)
async def propose_endings_of_breaks(fields: bodies.ProposalFields, person: ThePersonOnce) -> dict[str, Any]:
    """Propose how breaks end: by an adjusting posting, a write-off within the limit, or an explanation."""
    account = account_of(fields.account)
    commands = [ProposeEnding(each, fields.kind, fields.reason, fields.text, account) for each in fields.breaks]
    return _told(accepted(await propose_endings(person.house, _clerk(person), commands)))


@ROUTES.post(
    "/v1/breaks/approve",
    allows=people(*DECIDE),
    problems=(*KEY_PROBLEMS, *STEP_UP_PROBLEMS),
    answers=answers.BreakOutcomes,
    example=examples.APPROVALS,
)
async def approve_endings_of_breaks(fields: bodies.EndingApprovalFields, person: ThePersonOnce) -> dict[str, Any]:
    """Agree to what is proposed for breaks, each exactly as it was looked at; what is to be posted is posted with it.

    Each has its own answer. One that the same person has proposed, that has changed since, or that takes another role
    is not approved, and the others are.
    """
    proof = await proof_of(person, fields.totp_code)
    commands = [ApproveEnding(each.id, bytes.fromhex(each.details_hash)) for each in fields.breaks]
    return _told(accepted(await approve_endings(person.house, _clerk(person), commands, proof)))


@ROUTES.post(
    "/v1/breaks/reject",
    allows=people(*DECIDE),
    problems=KEY_PROBLEMS,
    answers=answers.BreakOutcomes,
    example=examples.OUTCOMES,
)
async def reject_endings_of_breaks(fields: bodies.NoteFields, person: ThePersonOnce) -> dict[str, Any]:
    """Do not agree to what is proposed for breaks, and say why; they are investigated further."""
    commands = [RejectEnding(each, fields.text) for each in fields.breaks]
    return _told(accepted(await reject_endings(person.house, _clerk(person), commands)))


@ROUTES.post(
    "/v1/breaks/close",
    allows=people(*WORK),
    problems=KEY_PROBLEMS,
    answers=answers.BreakOutcomes,
    example=examples.OUTCOMES,
)
async def close_named_breaks(fields: bodies.CloseFields, person: ThePersonOnce) -> dict[str, Any]:
    """Close breaks of which both sides have the same at other dates; for any other, propose an explanation."""
    commands = [CloseBreak(each, fields.reason, fields.text) for each in fields.breaks]
    return _told(accepted(await close_breaks(person.house, _clerk(person), commands)))


def _clerk(person: AskingOnce[Actor]) -> Clerk:
    return Clerk(person.who, person.key, person.request_id)


def _told(said: list[BreakAnswer]) -> dict[str, Any]:
    return {"items": [outcome_view(each) for each in said]}
