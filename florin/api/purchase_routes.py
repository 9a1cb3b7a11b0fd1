"""Reading purchases and holds; what makes and changes them are money routes."""

from typing import Annotated, Any

from fastapi import Query

from florin.api import examples, money_answers
from florin.api.callers import Visitor
from florin.api.failures import invalid_field
from florin.api.fields import HoldId, MerchantId, PurchaseId
from florin.api.given import TheHouse, ThePage, TheVisitor
from florin.api.problems.document import Refused
from florin.api.routes import Routes
from florin.clearing.answers import hold_view, purchase_view
from florin.domain.declines import Decline
from florin.domain.paging import decode_id, encode_cursor, page_of
from florin.domain.purchase import Hold, Purchase
from florin.domain.scopes import Scope
from florin.storage.purchases import find_hold, find_purchase, purchases_of_merchant

ROUTES = Routes("Purchases")

_LIST = "purchases"


@ROUTES.get(
    "/v1/purchases",
    allows=Scope.PURCHASES_READ,
    problems=(Decline.MERCHANT_NOT_FOUND,),
    answers=money_answers.PurchasePage,
    example={"items": [examples.PURCHASE_SEEN], "next_cursor": None},
)
async def list_purchases(
    visitor: TheVisitor,
    house: TheHouse,
    page: ThePage,
    merchant_id: Annotated[
        MerchantId | None, Query(description="Whose purchases; needed with an operator's key, a till sees its own.")
    ] = None,
) -> dict[str, Any]:
    """List a merchant's purchases, the latest first."""
    before = None if page.cursor is None else decode_id(_LIST, page.cursor)
    whose = _merchant_asked_for(visitor, merchant_id)
    found = await purchases_of_merchant(house.pool, whose, before, page.limit + 1)
    shown = page_of([(each.id, each) for each in found], page.limit)
    following = None if shown.next_after is None else encode_cursor(_LIST, shown.next_after)
    return {"items": [purchase_view(each) for each in shown.items], "next_cursor": following}


@ROUTES.get(
    "/v1/purchases/{purchase_id}",
    allows=Scope.PURCHASES_READ,
    problems=(Decline.PURCHASE_NOT_FOUND,),
    answers=money_answers.Purchase,
    example=examples.PURCHASE_SEEN,
)
async def read_purchase(purchase_id: PurchaseId, visitor: TheVisitor, house: TheHouse) -> dict[str, Any]:
    """Show a purchase; a till sees its own merchant's only."""
    purchase = await find_purchase(house.pool, purchase_id)
    if purchase is None or not _may_see(visitor, purchase):
        raise Refused(Decline.PURCHASE_NOT_FOUND)
    return purchase_view(purchase)


@ROUTES.get(
    "/v1/holds/{hold_id}",
    allows=Scope.PURCHASES_READ,
    problems=(Decline.HOLD_NOT_FOUND,),
    answers=money_answers.Hold,
    example=examples.HOLD_SEEN,
    tag="Holds",
)
async def read_hold(hold_id: HoldId, visitor: TheVisitor, house: TheHouse) -> dict[str, Any]:
    """Show a hold; a till sees its own merchant's only."""
    hold = await find_hold(house.pool, hold_id)
    if hold is None or not _may_see(visitor, hold):
        raise Refused(Decline.HOLD_NOT_FOUND)
    return hold_view(hold)


def _merchant_asked_for(visitor: Visitor, merchant_id: MerchantId | None) -> MerchantId:
    own = visitor.merchant_id
    if own is None and merchant_id is None:
        raise invalid_field("merchant_id", "an operator's key sees all merchants: say which one")
    if own is not None and merchant_id not in (None, own):
        raise Refused(Decline.MERCHANT_NOT_FOUND)
    return merchant_id or own


def _may_see(visitor: Visitor, thing: Purchase | Hold) -> bool:
    return visitor.merchant_id in (None, thing.merchant_id)
