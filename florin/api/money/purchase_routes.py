"""Reading purchases; what makes and changes them are money routes."""

from datetime import date
from typing import Annotated, Any, Final

from fastapi import Query

from florin.api import examples
from florin.api.failures import invalid_field
from florin.api.fields import Choice, PurchaseId
from florin.api.given import TheHouse, ThePage, TheVisitor
from florin.api.management_examples import page_of
from florin.api.money import money_answers
from florin.api.programmes.own_merchant import OfMerchant, merchant_asked_for, seen
from florin.api.routes import Routes
from florin.api.views import listed
from florin.clearing.answers import purchase_view
from florin.domain.declines import Decline
from florin.domain.purchase import PurchaseStatus
from florin.domain.scopes import Scope
from florin.storage.book.purchases import Days, find_purchase, purchases_of_merchant
from florin.storage.catalogue import Catalogue

ROUTES = Routes("Purchases")

_LIST: Final = "purchases"
_EARLIEST, _LATEST = date(2000, 1, 1), date(2999, 12, 31)

FirstDay = Annotated[date | None, Query(alias="from", description="The first business day.", examples=["2026-11-01"])]
LastDay = Annotated[date | None, Query(description="The last business day.", examples=["2026-11-30"])]
Status = Annotated[PurchaseStatus | None, Choice, Query(description="What became of them.")]


@ROUTES.get(
    "/v1/purchases",
    allows=Scope.PURCHASES_READ,
    problems=(Decline.MERCHANT_NOT_FOUND,),
    answers=money_answers.PurchasePage,
    example=page_of(examples.PURCHASE_SEEN),
)
async def list_purchases(
    visitor: TheVisitor,
    house: TheHouse,
    page: ThePage,
    merchant_id: OfMerchant = None,
    first_day: FirstDay = None,
    through: LastDay = None,
    status: Status = None,
) -> dict[str, Any]:
    """List a merchant's purchases, the latest first; of some business days or of one status, if asked to."""
    whose = merchant_asked_for(visitor, merchant_id)
    days = _days(await house.engine.current_catalogue(), first_day, through)
    found = await purchases_of_merchant(house.pool, whose, page.last_seen(_LIST), page.limit, days, status)
    return listed(_LIST, found, purchase_view)


@ROUTES.get(
    "/v1/purchases/{purchase_id}",
    allows=Scope.PURCHASES_READ,
    problems=(Decline.PURCHASE_NOT_FOUND,),
    answers=money_answers.Purchase,
    example=examples.PURCHASE_SEEN,
)
async def read_purchase(purchase_id: PurchaseId, visitor: TheVisitor, house: TheHouse) -> dict[str, Any]:
    """Show a purchase; a till sees its own merchant's only."""
    return purchase_view(seen(visitor, await find_purchase(house.pool, purchase_id), Decline.PURCHASE_NOT_FOUND))


def _days(catalogue: Catalogue, first: date | None, last: date | None) -> Days | None:
    """The days asked for, with the time that they take in all programmes together."""
    for name, day in (("from", first), ("through", last)):
        if day is not None and not _EARLIEST <= day <= _LATEST:
            raise invalid_field(name, f"a day from {_EARLIEST} to {_LATEST}")
    if first is None and last is None:
        return None
    first, last = first or _EARLIEST, last or _LATEST
    if last < first:
        raise invalid_field("through", "not before `from`")
    times = [each.times_of(first, last) for each in catalogue.programmes.values()]
    if not times:
        return None
    return Days(first, last, min(begin for begin, _ in times), max(end for _, end in times))
