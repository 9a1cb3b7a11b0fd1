"""Cards for their operator: reading one, and stopping, freeing and destroying it."""

from typing import Any, Literal

from starlette.responses import Response

from florin.api import examples
from florin.api.fields import CardId, Fields, Line
from florin.api.given import Now, TheHouse, TheVisitor, posted
from florin.api.money import money_answers
from florin.api.problems.document import Refused
from florin.api.routes import Routes
from florin.clearing.answers import Json, amount, card_view, instant, operators_card_view
from florin.clearing.change_card import (
    BlockCommand,
    UnblockCommand,
    VoidCardCommand,
    block_card,
    unblock_card,
    void_card,
)
from florin.domain.card import Card
from florin.domain.card_life import CardBlock
from florin.domain.declines import Decline
from florin.domain.scopes import Scope
from florin.storage.cards.cards import find_card

ROUTES = Routes("Cards")

_LIFE = (Decline.CARD_NOT_FOUND, Decline.CARD_NOT_ACTIVE, Decline.CARD_REDEEMED)


class BlockFields(Fields, example={"block": "debit", "reason": "reported lost"}):
    """What is stopped, and why."""

    block: Literal["debit", "credit", "all"]
    reason: Line


class ReasonFields(Fields, example={"reason": "found again"}):
    """Why."""

    reason: Line


@ROUTES.get(
    "/v1/cards/{card_id}",
    allows=Scope.CARDS_READ,
    problems=(Decline.CARD_NOT_FOUND,),
    answers=money_answers.CardSeen,
    example=examples.CARD_SEEN,
)
async def read_card(card_id: CardId, visitor: TheVisitor, house: TheHouse, now: Now) -> dict[str, Any]:
    """Show a card and what it holds; a till sees the cards that it has sold.

    Only an operator sees why it is blocked and how often its PIN was wrong: ten in a row lock it until it is unblocked,
    five until a time.
    """
    found = await find_card(house.pool, card_id, now)
    if found is None or visitor.merchant_id not in (None, found.card.sold_by):
        raise Refused(Decline.CARD_NOT_FOUND)
    unit = (await house.engine.current_catalogue()).programmes[found.card.programme_id].unit
    funds = {"balance": amount(found.balance_minor, unit), "available": amount(found.available_minor, unit)}
    if visitor.merchant_id is not None:
        return {**card_view(found.card, unit), **funds}
    return {**operators_card_view(found.card, unit), **funds, **_pin_attempts(found.card)}


@ROUTES.post(
    "/v1/cards/{card_id}/block",
    allows=Scope.CARDS_BLOCK,
    problems=_LIFE,
    answers=money_answers.CardChanged,
    example=examples.CARD_BLOCKED,
)
async def card_block(card_id: CardId, fields: BlockFields, visitor: TheVisitor, house: TheHouse) -> Response:
    """Stop debits, credits or both on a card."""
    command = BlockCommand(card_id, CardBlock(fields.block), fields.reason)
    return await posted(house, block_card(house, visitor.caller, command))


@ROUTES.post(
    "/v1/cards/{card_id}/unblock",
    allows=Scope.CARDS_BLOCK,
    problems=_LIFE,
    answers=money_answers.CardChanged,
    example=examples.CARD_UNBLOCKED,
)
async def card_unblock(card_id: CardId, fields: ReasonFields, visitor: TheVisitor, house: TheHouse) -> Response:
    """Lift whatever block a card has, and let its PIN be tried again."""
    return await posted(house, unblock_card(house, visitor.caller, UnblockCommand(card_id, fields.reason)))


@ROUTES.post(
    "/v1/cards/{card_id}/void",
    allows=Scope.CARDS_VOID,
    problems=(Decline.CARD_NOT_FOUND, Decline.CARD_NOT_VOIDABLE),
    answers=money_answers.CardChanged,
    example=examples.CARD_VOIDED,
)
async def card_void(card_id: CardId, fields: ReasonFields, visitor: TheVisitor, house: TheHouse) -> Response:
    """Destroy an unsold card."""
    return await posted(house, void_card(house, visitor.caller, VoidCardCommand(card_id, fields.reason)))


def _pin_attempts(card: Card) -> Json:
    locked_until = card.pin_locked_until
    return {
        "pin_failures": card.pin_failures,
        "pin_locked_until": None if locked_until is None else instant(locked_until),
    }
