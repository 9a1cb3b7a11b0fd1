"""The close of business days: asked for, looked at, gone on with, and the terms by which it runs itself."""

from datetime import date
from typing import Annotated, Final

from fastapi import Path
from pydantic import Field

from florin.api import management_examples as examples
from florin.api.asked_runs import LOCATED, TheRunAsker
from florin.api.asking import ThePerson
from florin.api.callers import READERS_OF_PROGRAMMES, People, people
from florin.api.failures import invalid_field
from florin.api.fields import CounterpartyId, Fields, Line, ProgrammeId
from florin.api.given import TheAuthor, TheHouse
from florin.api.idempotency_keys import KEY_PROBLEMS
from florin.api.ledger.day_close_views import ChecklistView, DayCloseView, asked_close_view
from florin.api.problems.document import Refused
from florin.api.programmes.visible_configuration import TheConfiguration
from florin.api.routes import Routes
from florin.api.views import View
from florin.domain.asked_run import RunKind
from florin.domain.day_close import LATEST_MINUTE, LONGEST_BREAK_DAYS, DayCloseTerms
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.money import MAX_AMOUNT_MINOR
from florin.domain.people import READERS_OF_MONEY, Role
from florin.domain.scopes import Scope
from florin.reconciliation.day_close.close_days import DayNotOverError, require_over
from florin.reconciliation.day_close.go_on_without import MAY_GO_ON, GoOnWithout, go_on_without
from florin.reconciliation.day_close.views import terms_view
from florin.storage.asked_runs import Wanted, last_close_asked
from florin.storage.day_close.checklists import days_to_close, read_checklist
from florin.storage.day_close.terms import day_close_terms_of, set_day_close_terms

ROUTES = Routes("The book")

READERS: Final = People(READERS_OF_MONEY, scope=Scope.LEDGER_READ)
CLOSERS: Final = People(frozenset({Role.FINANCE, Role.FINANCE_APPROVER, Role.MANAGER}), scope=Scope.DAYS_CLOSE)
"""Who closes days: finance and managers, and machines whose key may."""

_CLOSE: Final = "/v1/programmes/{programme_id}/days/{business_date}/close"
_TERMS: Final = "/v1/programmes/{programme_id}/day-close-terms"

TheDay = Annotated[str, Path(pattern=r"^2[0-9]{3}-[0-9]{2}-[0-9]{2}$")]


class DayCloseTermsFields(Fields, example=examples.DAY_CLOSE_TERMS):
    """Whether the service closes days by itself, how long after the cut-off, and which breaks are within limits."""

    closes_itself: bool
    minutes_after_cut_off: Annotated[int, Field(ge=0, le=LATEST_MINUTE)] = 0
    break_limit: Annotated[int, Field(ge=0, le=MAX_AMOUNT_MINOR, description="Minor units; null: any sum.")] | None = (
        None
    )
    break_limit_days: (
        Annotated[int, Field(ge=0, le=LONGEST_BREAK_DAYS, description="Banking days; null: any age.")] | None
    ) = None


class DayCloseTermsView(View):
    """By which terms a programme closes its days; limits in minor units and banking days, null where there is none."""

    closes_itself: bool
    minutes_after_cut_off: int
    break_limit: int | None
    break_limit_days: int | None


class GoOnFields(Fields, example=examples.GO_ON_WITHOUT):
    """Whose file is not waited for, and why."""

    counterparty_id: CounterpartyId
    reason: Line


@ROUTES.post(
    _CLOSE,
    allows=CLOSERS,
    status=202,
    problems=(*KEY_PROBLEMS, Decline.PROGRAMME_NOT_FOUND, Decline.DAY_NOT_OVER),
    example=examples.DAY_CLOSE_ASKED,
    responses=LOCATED,
)
async def ask_for_close(
    programme_id: ProgrammeId,
    business_date: TheDay,
    house: TheHouse,
    configuration: TheConfiguration,
    asking: TheRunAsker,
) -> DayCloseView:
    """Have every open day up to this one closed: proofs, files, matching, seal, reports of each; it may take minutes.

    It begins within seconds, and this address shows it step by step. A close that waits or was blocked is simply asked
    again, under another key. No posting joins a closed day, sealed or not.
    """
    programme, day = configuration.programme(programme_id), day_of(business_date)
    try:
        require_over(programme, day, asking.asker.now)
    except DayNotOverError:
        raise Refused(Decline.DAY_NOT_OVER) from None
    here = _CLOSE.format(programme_id=wire_id("programme", programme.id), business_date=business_date)
    await asking.asks(Wanted(RunKind.DAY_CLOSE, programme.id, day), lambda _: here)
    return await show_close(programme_id, business_date, house, configuration)


@ROUTES.get(_CLOSE, allows=READERS, problems=(Decline.PROGRAMME_NOT_FOUND,), example=examples.DAY_CLOSE)
async def show_close(
    programme_id: ProgrammeId, business_date: TheDay, house: TheHouse, configuration: TheConfiguration
) -> DayCloseView:
    """Show how far the close of a day has come, step by step, and what is in its way."""
    programme, day = configuration.programme(programme_id), day_of(business_date)
    asked = asked_close_view(await last_close_asked(house.pool, programme.id, day))
    behind = await days_to_close(house.pool, programme.id, day)
    checklist = ChecklistView.model_validate(await read_checklist(house.pool, programme.id, day))
    return DayCloseView(**dict(checklist), first_day_not_closed=behind[0] if behind else None, asked=asked)


@ROUTES.post(
    _CLOSE + "/go-on-without",
    allows=people(*MAY_GO_ON),
    problems=(Decline.PROGRAMME_NOT_FOUND, Decline.FILE_NOT_MISSING),
    example=examples.CHECKLIST,
)
async def go_on_without_file(
    programme_id: ProgrammeId, business_date: TheDay, fields: GoOnFields, person: ThePerson
) -> ChecklistView:
    """Say that the close does not wait for a bank's or provider's file: on record, and the file becomes a break."""
    command = GoOnWithout(programme_id, day_of(business_date), fields.counterparty_id, fields.reason)
    return ChecklistView.model_validate(await person.asks(go_on_without, command, person.now))


@ROUTES.get(
    _TERMS, allows=READERS_OF_PROGRAMMES, problems=(Decline.PROGRAMME_NOT_FOUND,), example=examples.DAY_CLOSE_TERMS
)
async def show_day_close_terms(
    programme_id: ProgrammeId, house: TheHouse, configuration: TheConfiguration
) -> DayCloseTermsView:
    """Show by which terms a programme closes its days."""
    terms = await day_close_terms_of(house.pool, configuration.programme(programme_id).id)
    return DayCloseTermsView(**terms_view(terms))


@ROUTES.put(
    _TERMS, allows=Scope.PROGRAMMES_WRITE, problems=(Decline.PROGRAMME_NOT_FOUND,), example=examples.DAY_CLOSE_TERMS
)
async def put_day_close_terms(
    programme_id: ProgrammeId,
    fields: DayCloseTermsFields,
    house: TheHouse,
    configuration: TheConfiguration,
    author: TheAuthor,
) -> DayCloseTermsView:
    """Set by which terms a programme closes its days, from the next close on."""
    programme = configuration.programme(programme_id)
    terms = DayCloseTerms(
        fields.closes_itself, fields.minutes_after_cut_off, fields.break_limit, fields.break_limit_days
    )
    await set_day_close_terms(house.pool, programme.id, terms, author)
    return DayCloseTermsView(**terms_view(terms))


def day_of(text: str) -> date:
    """The business day of a path; `Refused` where the calendar has no such day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid_field("business_date", "not a date") from None
