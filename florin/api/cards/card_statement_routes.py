"""A card's statement for its operator, and a card found by its number: by the till that sells it, by the operator."""

from typing import Annotated

from pydantic import Field

from florin.api import management_examples as examples
from florin.api.callers import Visitor
from florin.api.fields import CardId, PrivateFields
from florin.api.given import Now, TheHouse, ThePage, TheVisitor
from florin.api.ledger.statement_views import StatementPage, TheLot, statement_page
from florin.api.problems.codes import DoorProblem
from florin.api.problems.document import Refused
from florin.api.programmes.visible_configuration import TheConfiguration
from florin.api.routes import Routes
from florin.api.views import AmountView, View, amount_view
from florin.domain.card import Card
from florin.domain.card_life import CardStatus
from florin.domain.card_number import normalise
from florin.domain.declines import Decline
from florin.domain.programme import ProductKind
from florin.domain.purchase import OwnerKind
from florin.domain.scopes import Scope
from florin.storage.cards.cards import find_card, find_card_by_number
from florin.storage.catalogue import Catalogue

ROUTES = Routes("Cards")

_UNSOLD = (CardStatus.CREATED, CardStatus.IN_STOCK)


class CardLookupFields(PrivateFields, example=examples.CARD_LOOKUP):
    """A card by its number, as typed or scanned."""

    number: Annotated[str, Field(min_length=1, max_length=40)]


class CardFoundView(View):
    """Which card it is, and whether it is still for sale."""

    id: CardId
    last4: str
    status: CardStatus
    denomination: AmountView
    product_code: str
    product_name: str
    product_kind: ProductKind


@ROUTES.get(
    "/v1/cards/{card_id}/statement",
    allows=Scope.CARDS_READ,
    problems=(Decline.CARD_NOT_FOUND,),
    example=examples.page_of(examples.STATEMENT_LINE),
)
async def read_card_statement(
    card_id: CardId, visitor: TheVisitor, house: TheHouse, now: Now, page: ThePage, lot: TheLot = "principal"
) -> StatementPage:
    """List what came onto a card and went from it, the latest first.

    For operators only: a statement tells where else a card is used, which is no till's business.
    """
    if visitor.merchant_id is not None:
        raise Refused(DoorProblem.INSUFFICIENT_SCOPE, "A till's key shows no statements.")
    if await find_card(house.pool, card_id, now) is None:
        raise Refused(Decline.CARD_NOT_FOUND)
    return await statement_page(house.pool, OwnerKind.CARD, card_id, lot, page)


@ROUTES.post(
    "/v1/card-lookups", allows=Scope.CARDS_READ, problems=(Decline.CARD_NOT_FOUND,), example=examples.CARD_FOUND
)
async def look_up_card(
    fields: CardLookupFields, visitor: TheVisitor, house: TheHouse, now: Now, configuration: TheConfiguration
) -> CardFoundView:
    """Find a card by its number; a till finds those that it may sell, or has sold.

    Every other card is unknown to a till: numbers alone must not tell which cards are in use. The balance stays out.
    """
    found = await find_card_by_number(house.pool, house.vault.numbers.of(normalise(fields.number)), now)
    catalogue = configuration.catalogue
    if found is None or not _may_find(found.card, visitor, catalogue):
        raise Refused(Decline.CARD_NOT_FOUND)
    card = found.card
    product = catalogue.products[card.product_id]
    return CardFoundView(
        id=card.id,
        last4=card.last4,
        status=CardStatus(card.status),
        denomination=amount_view(card.denomination_minor, catalogue.programmes[card.programme_id].unit),
        product_code=product.code,
        product_name=product.name,
        product_kind=product.kind,
    )


def _may_find(card: Card, visitor: Visitor, catalogue: Catalogue) -> bool:
    merchant_id = visitor.merchant_id
    if merchant_id is None or card.sold_by == merchant_id:
        return True
    return card.status in _UNSOLD and catalogue.sells(card.programme_id, merchant_id)
