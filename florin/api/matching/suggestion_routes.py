"""Suggestions for finance: what might belong to a line or entry that matching has found nothing for."""

from typing import Annotated, Any, Final

from fastapi import Query

from florin.api.asking import ThePerson
from florin.api.callers import people
from florin.api.fields import JournalId, StatementLineId
from florin.api.matching import answers, examples
from florin.api.routes import Routes
from florin.domain.chart import AccountCode
from florin.domain.invalid_field import InvalidField
from florin.reconciliation.counterparties import READERS
from florin.reconciliation.suggestions import suggest_for_item, suggest_for_line, suggestion_view

ROUTES = Routes("Reconciliation")

OfLine = Annotated[StatementLineId | None, Query(description="A line that is not matched.")]
OfJournal = Annotated[JournalId | None, Query(description="Or a journal of ours,")]
OnAccount = Annotated[int, Query(description="and which of our accounts: 1010 at the bank, 1020 at the provider.")]

_BANK: Final = int(AccountCode.BANK)


@ROUTES.get(
    "/v1/suggestions",
    allows=people(*READERS),
    answers=answers.Suggestions,
    example={"items": [examples.SUGGESTION]},
)
async def list_suggestions(
    person: ThePerson, line_id: OfLine = None, journal_id: OfJournal = None, account: OnAccount = _BANK
) -> dict[str, Any]:
    """List what might belong to a line or entry, by amounts and by slips of the pen; nothing of it is ever applied."""
    if line_id is not None and journal_id is None:
        found = await person.asks(suggest_for_line, line_id)
    elif journal_id is not None and line_id is None:
        found = await person.asks(suggest_for_item, journal_id, account)
    else:
        raise InvalidField("line_id", "either this or journal_id")
    return {"items": [suggestion_view(each) for each in found]}
