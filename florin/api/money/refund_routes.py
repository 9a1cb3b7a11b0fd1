"""Reading refunds; what makes them are money routes."""

from typing import Any, Final

from florin.api import examples
from florin.api.fields import PurchaseId, RefundId
from florin.api.given import TheHouse, ThePage, TheVisitor
from florin.api.management_examples import page_of
from florin.api.money import money_answers
from florin.api.problems.document import Refused
from florin.api.programmes.own_merchant import may_see
from florin.api.routes import Routes
from florin.api.views import next_cursor
from florin.clearing.answers import amount, instant
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.scopes import Scope
from florin.storage.book.purchases import find_purchase
from florin.storage.book.refunds import Refund, find_refund, refunds_of_purchase

ROUTES = Routes("Purchases")

_LIST: Final = "refunds"


@ROUTES.get(
    "/v1/purchases/{purchase_id}/refunds",
    allows=Scope.PURCHASES_READ,
    problems=(Decline.PURCHASE_NOT_FOUND,),
    answers=money_answers.RefundPage,
    example=page_of(examples.REFUND_SEEN),
)
async def list_refunds(purchase_id: PurchaseId, visitor: TheVisitor, house: TheHouse, page: ThePage) -> dict[str, Any]:
    """List what was given back of a purchase, the latest first; a void or a reversal is no refund."""
    purchase = await find_purchase(house.pool, purchase_id)
    if purchase is None or not may_see(visitor, purchase.merchant_id):
        raise Refused(Decline.PURCHASE_NOT_FOUND)
    found = await refunds_of_purchase(house.pool, purchase_id, page.last_seen(_LIST), page.limit)
    return {"items": [_refund_view(each) for each in found.items], "next_cursor": next_cursor(_LIST, found.next_after)}


@ROUTES.get(
    "/v1/refunds/{refund_id}",
    allows=Scope.PURCHASES_READ,
    problems=(Decline.REFUND_NOT_FOUND,),
    answers=money_answers.Refund,
    example=examples.REFUND_SEEN,
)
async def read_refund(refund_id: RefundId, visitor: TheVisitor, house: TheHouse) -> dict[str, Any]:
    """Show a refund; a till sees its own merchant's only."""
    refund = await find_refund(house.pool, refund_id)
    if refund is None or not may_see(visitor, refund.merchant_id):
        raise Refused(Decline.REFUND_NOT_FOUND)
    return _refund_view(refund)


def _refund_view(refund: Refund) -> dict[str, Any]:
    return {
        "id": wire_id("refund", refund.id),
        "purchase_id": wire_id("purchase", refund.purchase_id),
        "reference": refund.reference,
        "refunded": amount(refund.amount_minor, refund.unit),
        "journal_id": wire_id("journal", refund.journal_id),
        "posted_at": instant(refund.posted_at),
    }
