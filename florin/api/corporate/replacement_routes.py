"""Replacements of cards that are missing or damaged."""

from datetime import datetime
from typing import Final

from starlette.responses import Response

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
from florin.api.given import Now, TheActor, TheHouse, ThePage, accepted
from florin.api.idempotency_keys import KEY_PROBLEMS, TheKey, tell_replay
from florin.api.management_examples import page_of
from florin.api.people.step_up import STEP_UP_PROBLEMS, StepUpFields
from florin.api.routes import Routes
from florin.api.views import next_cursor
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import MAKERS, READERS
from florin.clearing.orders.ask_replacements import (
    AskReplacements,
    NotReplaceable,
    ask_replacements,
    replacements_asked_before,
)
from florin.clearing.orders.decide_replacement import DECIDERS, DecideReplacement, decide_replacement
from florin.clearing.orders.read_card_work import list_replacements, read_replacement
from florin.clearing.people.step_up import checked_code
from florin.domain.declines import Decline
from florin.domain.people import Actor

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
    order_id: OrderId,
    fields: ReplacementFields,
    actor: TheActor,
    house: TheHouse,
    now: Now,
    response: Response,
    key: TheKey,
) -> ReplacementList:
    """Report cards as missing or damaged, to be replaced: the old numbers are dead, new cards have what was on them.

    A card that was not activated is replaced in the background. For one that is active, or that its recipient has
    claimed, a second person must approve; it pays nothing from the report on. The same request under the same key asks
    for nothing more.
    """
    command = AskReplacements(order_id, reported_cards("cards", fields.cards), key)
    asked = accepted(await replacements_asked_before(house, actor, command))
    if asked:
        tell_replay(response)
        return ReplacementList(items=[replacement_view(each) for each in asked])
    proof = accepted(await checked_code(house, actor, fields.totp_code, now))
    made = await ask_replacements(house, actor, command, proof, now)
    if isinstance(made, NotReplaceable):
        raise refused_cards(made)
    return ReplacementList(items=[replacement_view(each) for each in accepted(made)])


@ROUTES.get(
    "/v1/orders/{order_id}/replacements",
    allows=people(*READERS),
    problems=_NOT_FOUND,
    example=page_of(examples.REPLACEMENT),
)
async def list_card_replacements(order_id: OrderId, actor: TheActor, house: TheHouse, page: ThePage) -> ReplacementPage:
    """List the replacements of an order, the latest first."""
    before = page.last_seen(_LIST)
    found = accepted(await list_replacements(house, actor, order_id, page.limit, before))
    items = [replacement_view(each) for each in found.items]
    return ReplacementPage(items=items, next_cursor=next_cursor(_LIST, found.next_after))


@ROUTES.get(
    "/v1/orders/{order_id}/replacements/{replacement_id}",
    allows=people(*READERS),
    problems=(*_NOT_FOUND, Decline.REPLACEMENT_NOT_FOUND),
    example=examples.REPLACEMENT,
)
async def show_replacement(
    order_id: OrderId, replacement_id: ReplacementId, actor: TheActor, house: TheHouse
) -> ReplacementView:
    """Show how far a replacement is."""
    return replacement_view(accepted(await read_replacement(house, actor, order_id, replacement_id)))


@ROUTES.post(
    "/v1/orders/{order_id}/replacements/{replacement_id}/approve",
    allows=people(*DECIDERS),
    problems=_DECISION,
    example=examples.REPLACEMENT_MAKING,
)
async def approve_replacement(
    order_id: OrderId, replacement_id: ReplacementId, fields: StepUpFields, actor: TheActor, house: TheHouse, now: Now
) -> ReplacementView:
    """Approve a replacement that value or a claim hangs on; whoever asked for it may not."""
    return await _decided(house, actor, DecideReplacement(order_id, replacement_id, None), fields.totp_code, now)


@ROUTES.post(
    "/v1/orders/{order_id}/replacements/{replacement_id}/refuse",
    allows=people(*DECIDERS),
    problems=_DECISION,
    example=examples.REPLACEMENT_REFUSED,
)
async def refuse_replacement(
    order_id: OrderId, replacement_id: ReplacementId, fields: RefusalFields, actor: TheActor, house: TheHouse, now: Now
) -> ReplacementView:
    """Refuse a replacement: the card stays as it is, and pays again. The reason is kept in the order's timeline."""
    command = DecideReplacement(order_id, replacement_id, fields.reason)
    return await _decided(house, actor, command, fields.totp_code, now)


async def _decided(
    house: ClearingHouse, actor: Actor, command: DecideReplacement, totp_code: str, now: datetime
) -> ReplacementView:
    proof = accepted(await checked_code(house, actor, totp_code, now))
    return replacement_view(accepted(await decide_replacement(house, actor, command, proof, now)))
