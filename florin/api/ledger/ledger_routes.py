"""The book: its proofs, balances, journals and events."""

from datetime import date
from typing import Annotated, Final

from fastapi import Query

from florin.api import management_examples as examples
from florin.api.fields import JournalId, ProgrammeId
from florin.api.given import TheHouse, ThePage
from florin.api.ledger.ledger_views import (
    EventPage,
    EventView,
    JournalView,
    Outstanding,
    OutstandingLineView,
    ProofsView,
    TrialBalance,
    TrialBalanceLineView,
    journal_view,
)
from florin.api.one_at_a_time import OneAtATime
from florin.api.problems.document import Refused
from florin.api.programmes.visible_configuration import TheConfiguration
from florin.api.routes import Routes
from florin.api.views import amount_view, next_cursor
from florin.domain.declines import Decline
from florin.domain.scopes import Scope
from florin.reconciliation.reports import outstanding, trial_balance
from florin.reconciliation.run_proofs import run_proofs
from florin.storage.book.journals import read_journal
from florin.storage.events import read_events

ROUTES = Routes("The book")

PROVING: Final = OneAtATime("the book is being proven by another request")
"""A proof reads the whole book."""

_EVENTS: Final = "events"


@ROUTES.get("/v1/proofs", allows=Scope.LEDGER_READ, example=examples.PROOFS)
async def prove(house: TheHouse) -> ProofsView:
    """Prove the book as it stands now. `ok` is false when a promise is broken, and the findings name the rows.

    It reads the whole book, so one request at a time is served.
    """
    with PROVING.turn():
        return ProofsView.model_validate(await run_proofs(house.pool))


@ROUTES.get(
    "/v1/trial-balance",
    allows=Scope.LEDGER_READ,
    problems=(Decline.PROGRAMME_NOT_FOUND,),
    example=examples.TRIAL_BALANCE,
)
async def read_trial_balance(
    house: TheHouse,
    configuration: TheConfiguration,
    programme_id: Annotated[ProgrammeId, Query(description="Whose book.")],
    through: Annotated[date | None, Query(description="The last business date that counts; all when absent.")] = None,
) -> TrialBalance:
    """Add up debits and credits of a programme by account code; both come to the same."""
    programme = configuration.programme(programme_id)
    lines = await trial_balance(house.pool, programme.id, through)
    items = [
        TrialBalanceLineView(
            code=each.code,
            name=each.name,
            debits=amount_view(each.debits_minor, each.unit),
            credits=amount_view(each.credits_minor, each.unit),
        )
        for each in lines
    ]
    return TrialBalance(items=items)


@ROUTES.get(
    "/v1/outstanding",
    allows=Scope.LEDGER_READ,
    problems=(Decline.PROGRAMME_NOT_FOUND,),
    example=examples.OUTSTANDING,
)
async def read_outstanding(
    house: TheHouse,
    configuration: TheConfiguration,
    programme_id: Annotated[ProgrammeId, Query(description="Whose cards.")],
) -> Outstanding:
    """Count a programme's cards and what is on them, by product, denomination and status."""
    programme = configuration.programme(programme_id)
    items = [
        OutstandingLineView(
            product_code=each.product_code,
            denomination=amount_view(each.denomination_minor, programme.unit),
            status=each.status,
            cards=each.cards,
            principal=amount_view(each.principal_minor, programme.unit),
            bonus=amount_view(each.bonus_minor, programme.unit),
        )
        for each in await outstanding(house.pool, programme.id)
    ]
    return Outstanding(items=items)


@ROUTES.get("/v1/events", allows=Scope.LEDGER_READ, example=examples.page_of(examples.EVENT))
async def list_events(house: TheHouse, page: ThePage) -> EventPage:
    """List what has happened, the latest first.

    A list to look at, not a feed: an event can appear behind one that was read before it.
    """
    found = await read_events(house.pool, page.limit, page.last_seen(_EVENTS))
    items = [EventView.model_validate(each) for each in found.items]
    return EventPage(items=items, next_cursor=next_cursor(_EVENTS, found.next_after))


@ROUTES.get(
    "/v1/journals/{journal_id}",
    allows=Scope.LEDGER_READ,
    problems=(Decline.JOURNAL_NOT_FOUND,),
    example=examples.JOURNAL,
)
async def read_one_journal(journal_id: JournalId, house: TheHouse) -> JournalView:
    """Show a journal: its transfers, and the operation that asked for it."""
    journal = await read_journal(house.pool, journal_id)
    if journal is None:
        raise Refused(Decline.JOURNAL_NOT_FOUND)
    return journal_view(journal)
