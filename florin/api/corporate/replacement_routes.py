"""Replacements of cards that are missing or damaged."""

from typing import Final

from starlette.responses import Response

from florin.api.asking import Asking, ThePerson, ThePersonOnce, proof_of
from florin.api.callers import people
from florin.api.corporate import card_work_examples as examples
from florin.api.corporate.card_work_views import (
    RefusalFields,
    ReplacementFields,
    ReplacementList,
    ReplacementPage,
    ReplacementView,
    refused_cards,
    replacement_view,
    reported_cards,
)
from florin.api.fields import OrderId, ReplacementId
from florin.api.given import ThePage
from florin.api.idempotency_keys import KEY_PROBLEMS, tell_replay
from florin.api.management_examples import page_of
from florin.api.people.step_up import STEP_UP_PROBLEMS, StepUpFields
from florin.api.routes import Routes
from florin.api.views import listed
from florin.clearing.orders.allowed import MAKERS, READERS
from florin.clearing.orders.ask_replacements import (
    AskReplacements,
    NotReplaceable,
    ask_replacements,
    replacements_asked_before,
)
from florin.clearing.orders.decide_replacement import DECIDERS, DecideReplacement, decide_replacement
from florin.clearing.orders.read_card_work import list_replacements, read_replacement
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.domain.replacement import Replacement

ROUTES = Routes("Replacements")

_LIST: Final = "replacements"
_NOT_FOUND: Final = (Decline.ORDER_NOT_FOUND,)
_DECISION: Final = (
    *_NOT_FOUND,
    Decline.REPLACEMENT_NOT_FOUND,
    Decline.REPLACEMENT_DECIDED,
    Decline.SAME_PERSON,
    Decline.ORDER_NOT_IN_STATE,
    *STEP_UP_PROBLEMS,
)


@ROUTES.post(
    "/v1/orders/{order_id}/replacements",
    allows=people(*MAKERS),
    status=202,
    problems=(
        *KEY_PROBLEMS,
        *_NOT_FOUND,
        Decline.ORDER_NOT_IN_STATE,
        Decline.CUSTOMER_NOT_ACTIVE,
        Decline.CARD_NOT_REPLACEABLE,
        *STEP_UP_PROBLEMS,
    ),
    example={"items": [examples.REPLACEMENT_MAKING]},
)
async def report_cards(
    order_id: OrderId, fields: ReplacementFields, person: ThePersonOnce, response: Response
) -> ReplacementList:
    """Report cards as missing or damaged, to be replaced: the old numbers are dead, new cards have what was on them.

    A card that was not activated is replaced in the background. For one that is active, or that its recipient has
    claimed, a second person must approve; it pays nothing from the report on. The same request under the same key asks
    for nothing more.
    """
    command = AskReplacements(order_id, reported_cards("cards", fields.cards), person.key)
    asked = await person.asks(replacements_asked_before, command)
    if asked:
        tell_replay(response)
        return ReplacementList(items=[replacement_view(each) for each in asked])
    proof = await proof_of(person, fields.totp_code)
    made: list[Replacement] | NotReplaceable = await person.asks(ask_replacements, command, proof, person.now)
    if isinstance(made, NotReplaceable):
        raise refused_cards(made)
    return ReplacementList(items=[replacement_view(each) for each in made])


@ROUTES.get(
    "/v1/orders/{order_id}/replacements",
    allows=people(*READERS),
    problems=_NOT_FOUND,
    example=page_of(examples.REPLACEMENT),
)
async def list_card_replacements(order_id: OrderId, person: ThePerson, page: ThePage) -> ReplacementPage:
    """List the replacements of an order, the latest first."""
    found = await person.asks(list_replacements, order_id, page.limit, page.last_seen(_LIST))
    return ReplacementPage(**listed(_LIST, found, replacement_view))


@ROUTES.get(
    "/v1/orders/{order_id}/replacements/{replacement_id}",
    allows=people(*READERS),
    problems=(*_NOT_FOUND, Decline.REPLACEMENT_NOT_FOUND),
    example=examples.REPLACEMENT,
)
async def show_replacement(order_id: OrderId, replacement_id: ReplacementId, person: ThePerson) -> ReplacementView:
    """Show how far a replacement is."""
    return replacement_view(await person.asks(read_replacement, order_id, replacement_id))


@ROUTES.post(
    "/v1/orders/{order_id}/replacements/{replacement_id}/approve",
    allows=people(*DECIDERS),
    problems=_DECISION,
    example=examples.REPLACEMENT_MAKING,
)
async def approve_replacement(
    order_id: OrderId, replacement_id: ReplacementId, fields: StepUpFields, person: ThePerson
) -> ReplacementView:
    """Approve a replacement that value or a claim hangs on; whoever asked for it may not."""
    return await _decided(person, DecideReplacement(order_id, replacement_id, None), fields.totp_code)


@ROUTES.post(
    "/v1/orders/{order_id}/replacements/{replacement_id}/refuse",
    allows=people(*DECIDERS),
    problems=_DECISION,
    example=examples.REPLACEMENT_REFUSED,
)
async def refuse_replacement(
    order_id: OrderId, replacement_id: ReplacementId, fields: RefusalFields, person: ThePerson
) -> ReplacementView:
    """Refuse a replacement: the card stays as it is, and pays again. The reason is kept in the order's timeline."""
    command = DecideReplacement(order_id, replacement_id, fields.reason)
    return await _decided(person, command, fields.totp_code)


async def _decided(person: Asking[Actor], command: DecideReplacement, totp_code: str) -> ReplacementView:
    proof = await proof_of(person, totp_code)
    return replacement_view(await person.asks(decide_replacement, command, proof, person.now))
