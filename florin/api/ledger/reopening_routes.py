"""Reopening a closed day: asked for by one person, done by another's word."""

from datetime import date, datetime
from typing import Final, Literal

from florin.api import management_examples as examples
from florin.api.asking import ThePerson, proof_of
from florin.api.callers import people
from florin.api.fields import DayReopeningId, Fields, Line, ProgrammeId
from florin.api.given import TheHouse, ThePage
from florin.api.ledger.day_close_routes import READERS, TheDay, day_of
from florin.api.people.step_up import STEP_UP_PROBLEMS, StepUpFields
from florin.api.routes import Routes
from florin.api.views import View, listed
from florin.domain.declines import Decline
from florin.reconciliation.day_close.reopen_day import (
    MAY_ASK,
    MAY_DECIDE,
    ReopenDay,
    ask_to_reopen,
    decide_reopening,
)
from florin.reconciliation.day_close.views import reopening_view
from florin.storage.day_close.reopenings import list_reopenings

ROUTES = Routes("The book")

_LIST: Final = "day-reopenings"
_DECLINES: Final = (
    Decline.PROPOSAL_NOT_FOUND,
    Decline.SAME_PERSON,
    Decline.DAY_CLOSE_UNDER_WAY,
    Decline.DAY_NOT_REOPENABLE,
    *STEP_UP_PROBLEMS,
)


class ReopeningFields(Fields, example=examples.REOPEN):
    """Why the day is to be reopened, in a line that is kept."""

    reason: Line


class ReopeningView(View):
    """A closed day that somebody wants opened again; `seal` is the one that it had until then, in hexadecimal."""

    id: DayReopeningId
    programme_id: ProgrammeId
    business_date: date
    reason: str
    status: Literal["proposed", "approved", "refused"]
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    seal: str | None


class ReopeningPage(View):
    """Some of them, the latest first, and the cursor of the earlier ones."""

    items: list[ReopeningView]
    next_cursor: str | None


@ROUTES.post(
    "/v1/programmes/{programme_id}/days/{business_date}/reopenings",
    allows=people(*MAY_ASK),
    problems=(Decline.PROGRAMME_NOT_FOUND, Decline.DAY_NOT_REOPENABLE, Decline.PROPOSAL_WAITS),
    example=examples.REOPENING,
)
async def ask_for_reopening(
    programme_id: ProgrammeId, business_date: TheDay, fields: ReopeningFields, person: ThePerson
) -> ReopeningView:
    """Ask for the last closed day of a programme to be reopened; nothing changes until another person agrees."""
    command = ReopenDay(programme_id, day_of(business_date), fields.reason)
    return ReopeningView(**reopening_view(await person.asks(ask_to_reopen, command, person.now)))


@ROUTES.get("/v1/day-reopenings", allows=READERS, example=examples.page_of(examples.REOPENING))
async def list_day_reopenings(house: TheHouse, page: ThePage) -> ReopeningPage:
    """List the days that were to be reopened, the latest first, and what became of it."""
    found = await list_reopenings(house.pool, page.last_seen(_LIST), page.limit)
    return ReopeningPage(**listed(_LIST, found, reopening_view))


@ROUTES.post(
    "/v1/day-reopenings/{day_reopening_id}/approve",
    allows=people(*MAY_DECIDE),
    problems=_DECLINES,
    example=examples.REOPENING,
)
async def approve_reopening(day_reopening_id: DayReopeningId, fields: StepUpFields, person: ThePerson) -> ReopeningView:
    """Open the day again, as another person than who has asked: it takes what happened on it, until it is closed.

    Its seal stays in the chain, before the one that follows; merchants' statements of it that nobody has approved go.
    """
    return await _decided(day_reopening_id, fields, person, accept=True)


@ROUTES.post(
    "/v1/day-reopenings/{day_reopening_id}/refuse",
    allows=people(*MAY_DECIDE),
    problems=_DECLINES,
    example=examples.REOPENING,
)
async def refuse_reopening(day_reopening_id: DayReopeningId, fields: StepUpFields, person: ThePerson) -> ReopeningView:
    """Leave the day closed."""
    return await _decided(day_reopening_id, fields, person, accept=False)


async def _decided(
    day_reopening_id: DayReopeningId, fields: StepUpFields, person: ThePerson, *, accept: bool
) -> ReopeningView:
    proof = await proof_of(person, fields.totp_code)
    decided = await person.asks(decide_reopening, day_reopening_id, proof, person.now, accept=accept)
    return ReopeningView(**reopening_view(decided))
