"""A card's statement for its operator, and a look at a card in hand for the till that is to sell it."""

from typing import Annotated

from pydantic import ConfigDict, Field

from florin.api import management_examples as examples
from florin.api.fields import CardId, PrivateFields
from florin.api.given import TheHouse, ThePage, TheVisitor
from florin.api.problems.codes import DoorProblem
from florin.api.problems.document import Refused
from florin.api.routes import Routes
from florin.api.statement_views import StatementPage, TheLot, statement_page
from florin.api.views import AmountView, View, amount_view
from florin.api.visible_configuration import TheConfiguration
from florin.domain.card_life import CardStatus
from florin.domain.card_number import normalise
from florin.domain.declines import Decline
from florin.domain.programme import ProductKind
from florin.domain.purchase import OwnerKind
from florin.domain.scopes import Scope
from florin.storage.cards import find_card, find_card_by_number

ROUTES = Routes("Cards")

_UNSOLD = (CardStatus.CREATED, CardStatus.IN_STOCK)


class CardLookupFields(PrivateFields):
    """A card by its number, as typed or scanned."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CARD_LOOKUP]})

    number: Annotated[str, Field(min_length=1, max_length=40)]


class CardFoundView(View):
    """What a till needs to know before it sells a card: which card it is, and whether it is still for sale."""

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
    card_id: CardId, visitor: TheVisitor, house: TheHouse, page: ThePage, lot: TheLot = "principal"
) -> StatementPage:
    """List what came onto a card and went from it, the latest first.

    For operators only: a statement tells where else a card is used, which is no till's business.
    """
    if visitor.merchant_id is not None:
        raise Refused(DoorProblem.INSUFFICIENT_SCOPE, "A till's key shows no statements.")
    if await find_card(house.pool, card_id) is None:
        raise Refused(Decline.CARD_NOT_FOUND)
    return await statement_page(house.pool, OwnerKind.CARD, card_id, lot, page)


@ROUTES.post(
    "/v1/card-lookups",
    allows=Scope.CARDS_SELL,
    problems=(Decline.CARD_NOT_FOUND,),
    example=examples.CARD_FOUND,
    tag="Cards at the till",
)
async def look_up_card(
    fields: CardLookupFields, visitor: TheVisitor, house: TheHouse, configuration: TheConfiguration
) -> CardFoundView:
    """Show a till a card that it may sell, or has sold.

    Every other card is unknown to it: numbers alone must not tell which cards are in use. The balance stays out.
    """
    found = await find_card_by_number(house.pool, house.vault.numbers.of(normalise(fields.number)))
    merchant_id = visitor.merchant_id
    if found is None or merchant_id is None:
        raise Refused(Decline.CARD_NOT_FOUND)
    card, catalogue = found.card, configuration.catalogue
    is_for_sale = card.status in _UNSOLD and catalogue.sells(card.programme_id, merchant_id)
    if not is_for_sale and card.sold_by != merchant_id:
        raise Refused(Decline.CARD_NOT_FOUND)
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
