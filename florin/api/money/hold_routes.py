"""Reading holds; what makes and changes them are money routes."""

from typing import Annotated, Any, Final

from fastapi import Query

from florin.api import examples
from florin.api.fields import Choice, HoldId
from florin.api.given import Now, TheHouse, ThePage, TheVisitor
from florin.api.management_examples import page_of
from florin.api.money import money_answers
from florin.api.programmes.own_merchant import OfMerchant, merchant_asked_for, seen
from florin.api.routes import Routes
from florin.api.views import listed
from florin.clearing.answers import hold_view
from florin.domain.declines import Decline
from florin.domain.purchase import HoldStatus
from florin.domain.scopes import Scope
from florin.storage.book.holds import find_hold, holds_of_merchant

ROUTES = Routes("Holds")

_LIST: Final = "holds"


@ROUTES.get(
    "/v1/holds",
    allows=Scope.PURCHASES_READ,
    problems=(Decline.MERCHANT_NOT_FOUND,),
    answers=money_answers.HoldPage,
    example=page_of(examples.HOLD_SEEN),
)
async def list_holds(
    visitor: TheVisitor,
    house: TheHouse,
    page: ThePage,
    now: Now,
    merchant_id: OfMerchant = None,
    status: Annotated[HoldStatus | None, Choice, Query(description="`open`: those that reserve money now.")] = None,
) -> dict[str, Any]:
    """List a merchant's holds, the latest first."""
    whose = merchant_asked_for(visitor, merchant_id)
    found = await holds_of_merchant(house.pool, whose, status, page.last_seen(_LIST), page.limit, now)
    return listed(_LIST, found, hold_view)


@ROUTES.get(
    "/v1/holds/{hold_id}",
    allows=Scope.PURCHASES_READ,
    problems=(Decline.HOLD_NOT_FOUND,),
    answers=money_answers.Hold,
    example=examples.HOLD_SEEN,
)
async def read_hold(hold_id: HoldId, visitor: TheVisitor, house: TheHouse, now: Now) -> dict[str, Any]:
    """Show a hold; a till sees its own merchant's only."""
    return hold_view(seen(visitor, await find_hold(house.pool, hold_id, now), Decline.HOLD_NOT_FOUND))
