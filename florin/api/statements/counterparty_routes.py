"""Counterparties for finance: whose statements are taken in, and by which terms they are compared."""

from typing import Any, Final

from florin.api.asking import ThePerson
from florin.api.callers import people
from florin.api.fields import CounterpartyId
from florin.api.given import ThePage
from florin.api.management_examples import page_of
from florin.api.routes import Routes
from florin.api.statements import answers, examples
from florin.api.statements.bodies import CounterpartyFields, TermsFields
from florin.api.views import listed
from florin.domain.declines import Decline
from florin.reconciliation.counterparties import (
    READERS,
    WHO_MAY,
    RegisterCounterparty,
    change_terms,
    register_counterparty,
)
from florin.reconciliation.read_statements import counterparties_page, read_counterparty
from florin.reconciliation.statement_views import counterparty_view

ROUTES = Routes("Reconciliation")

_LIST: Final = "counterparties"


@ROUTES.post(
    "/v1/counterparties",
    allows=people(*WHO_MAY),
    status=201,
    problems=(Decline.PROGRAMME_NOT_FOUND, Decline.CURRENCY_MISMATCH, Decline.COUNTERPARTY_TAKEN),
    answers=answers.CounterpartyAnswer,
    example=examples.COUNTERPARTY,
)
async def register_new_counterparty(fields: CounterpartyFields, person: ThePerson) -> dict[str, Any]:
    """Register a bank account or payment provider; the same again is the one that is there."""
    command = RegisterCounterparty(
        kind=fields.kind,
        code=fields.code,
        programme_id=fields.programme_id,
        account_number=fields.account_number,
        currency=fields.currency,
        terms=fields.read(),
    )
    return counterparty_view(await person.asks(register_counterparty, command, person.now))


@ROUTES.get(
    "/v1/counterparties",
    allows=people(*READERS),
    answers=answers.CounterpartyPage,
    example=page_of(examples.COUNTERPARTY),
)
async def list_all_counterparties(person: ThePerson, page: ThePage) -> dict[str, Any]:
    """List counterparties, the latest first."""
    found = await person.asks(counterparties_page, page.last_seen(_LIST), page.limit)
    return listed(_LIST, found, counterparty_view)


@ROUTES.get(
    "/v1/counterparties/{counterparty_id}",
    allows=people(*READERS),
    problems=(Decline.COUNTERPARTY_NOT_FOUND,),
    answers=answers.CounterpartyAnswer,
    example=examples.COUNTERPARTY,
)
async def show_one_counterparty(counterparty_id: CounterpartyId, person: ThePerson) -> dict[str, Any]:
    """Show a counterparty and its terms."""
    return counterparty_view(await person.asks(read_counterparty, counterparty_id))


@ROUTES.put(
    "/v1/counterparties/{counterparty_id}/terms",
    allows=people(*WHO_MAY),
    problems=(Decline.COUNTERPARTY_NOT_FOUND,),
    answers=answers.CounterpartyAnswer,
    example=examples.COUNTERPARTY,
)
async def change_counterparty_terms(
    counterparty_id: CounterpartyId, fields: TermsFields, person: ThePerson
) -> dict[str, Any]:
    """Put other terms in place of a counterparty's."""
    return counterparty_view(await person.asks(change_terms, counterparty_id, fields.read(), person.now))
