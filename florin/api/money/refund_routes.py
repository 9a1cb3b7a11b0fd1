"""Reading refunds; what makes them are money routes."""

from typing import Any, Final

from florin.api import examples
from florin.api.fields import PurchaseId, RefundId
from florin.api.given import TheHouse, ThePage, TheVisitor
from florin.api.management_examples import page_of
from florin.api.money import money_answers
from florin.api.programmes.own_merchant import seen
from florin.api.routes import Routes
from florin.api.views import listed
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
    seen(visitor, await find_purchase(house.pool, purchase_id), Decline.PURCHASE_NOT_FOUND)
    found = await refunds_of_purchase(house.pool, purchase_id, page.last_seen(_LIST), page.limit)
    return listed(_LIST, found, _refund_view)


@ROUTES.get(
    "/v1/refunds/{refund_id}",
    allows=Scope.PURCHASES_READ,
    problems=(Decline.REFUND_NOT_FOUND,),
    answers=money_answers.Refund,
    example=examples.REFUND_SEEN,
)
async def read_refund(refund_id: RefundId, visitor: TheVisitor, house: TheHouse) -> dict[str, Any]:
    """Show a refund; a till sees its own merchant's only."""
    return _refund_view(seen(visitor, await find_refund(house.pool, refund_id), Decline.REFUND_NOT_FOUND))


def _refund_view(refund: Refund) -> dict[str, Any]:
    return {
        "id": wire_id("refund", refund.id),
        "purchase_id": wire_id("purchase", refund.purchase_id),
        "reference": refund.reference,
        "refunded": amount(refund.amount_minor, refund.unit),
        "journal_id": wire_id("journal", refund.journal_id),
        "posted_at": instant(refund.posted_at),
    }
