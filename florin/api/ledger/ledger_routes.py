"""The book: its proofs, journals and events."""

from typing import Final

from florin.api import management_examples as examples
from florin.api.fields import JournalId
from florin.api.given import TheHouse, ThePage
from florin.api.ledger.ledger_views import (
    EventPage,
    EventView,
    JournalView,
    journal_view,
)
from florin.api.problems.document import Refused
from florin.api.routes import Routes
from florin.api.views import listed
from florin.domain.declines import Decline
from florin.domain.scopes import Scope
from florin.storage.book.journals import read_journal
from florin.storage.events import read_events

ROUTES = Routes("The book")

_EVENTS: Final = "events"


@ROUTES.get("/v1/events", allows=Scope.LEDGER_READ, example=examples.page_of(examples.EVENT))
async def list_events(house: TheHouse, page: ThePage) -> EventPage:
    """List what has happened, the latest first.

    A list to look at, not a feed: an event can appear behind one that was read before it.
    """
    found = await read_events(house.pool, page.limit, page.last_seen(_EVENTS))
    return EventPage(**listed(_EVENTS, found, EventView.model_validate))


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
