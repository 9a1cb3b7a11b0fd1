"""Orders paid in cash at the door: kept by the merchant's till, reviewed by the member."""

from typing import Annotated, Any, Final

from fastapi import Query
from pydantic import Field

from florin.api.asking import TheMember
from florin.api.callers import Audience
from florin.api.cash_orders import examples
from florin.api.cash_orders.answers import CashOrder, CashOrderPage
from florin.api.fields import AmountField, CashOrderId, Choice, Fields, MemberId, PrivateFields, TillReference
from florin.api.given import TheAuthor, TheHouse, ThePage, TheVisitor, accepted
from florin.api.management_examples import page_of
from florin.api.problems.document import Refused
from florin.api.programmes.own_merchant import OfMerchant, may_see, merchant_asked_for
from florin.api.routes import Routes
from florin.api.views import listed
from florin.clearing.cash_orders.read_orders import WholeOrder, cash_order_view, cash_orders_page, read_cash_order
from florin.clearing.cash_orders.record_order import RecordCashOrder, record_cash_order
from florin.clearing.cash_orders.review_order import ReviewCashOrder, review_cash_order
from florin.clearing.cash_orders.step_order import cancel_cash_order, deliver_cash_order
from florin.domain.case_life import LONGEST_TEXT
from florin.domain.cash_order import CashOrderStatus, Verdict
from florin.domain.declines import Decline
from florin.domain.paging import Page
from florin.domain.scopes import Scope

ROUTES = Routes("Orders paid at the door")

_LIST, _OWN_LIST = "cash-orders", "my-cash-orders"
_STEP: Final = (Decline.CASH_ORDER_NOT_FOUND, Decline.CASH_ORDER_NOT_IN_STATE)
OfStatus = Annotated[CashOrderStatus | None, Choice, Query(description="Where they stand.")]


class CashOrderFields(Fields, example=examples.NEW_ORDER):
    """What a member is to pay at the door, under the merchant's own reference."""

    member_id: MemberId
    reference: TillReference
    amount: AmountField


class ReviewFields(PrivateFields, example=examples.REVIEW):
    """How a delivery was; with `opens_case` a bad review that says what was wrong becomes a complaint."""

    verdict: Annotated[Verdict, Choice]
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)] | None = None
    opens_case: bool = False


@ROUTES.post(
    "/v1/cash-orders",
    allows=Scope.PURCHASES_WRITE,
    status=201,
    problems=(
        Decline.MERCHANT_INACTIVE,
        Decline.MEMBER_NOT_FOUND,
        Decline.MEMBER_NOT_ACTIVE,
        Decline.CURRENCY_MISMATCH,
        Decline.DUPLICATE_REFERENCE,
    ),
    answers=CashOrder,
    example=examples.RECORDED,
)
async def record_order(
    fields: CashOrderFields, visitor: TheVisitor, house: TheHouse, author: TheAuthor
) -> dict[str, Any]:
    """Record an order of a member's that is paid in cash at the door; the same again is answered with the same order.

    No money moves here: the cash is the merchant's, and the book knows nothing of it.
    """
    command = RecordCashOrder(fields.member_id, fields.reference, fields.amount.amount, fields.amount.currency)
    return cash_order_view(accepted(await record_cash_order(house, visitor.caller.id, command, author)))


@ROUTES.get(
    "/v1/cash-orders",
    allows=Scope.PURCHASES_READ,
    problems=(Decline.MERCHANT_NOT_FOUND,),
    answers=CashOrderPage,
    example=page_of(examples.REVIEWED),
)
async def list_orders(
    visitor: TheVisitor, house: TheHouse, page: ThePage, merchant_id: OfMerchant = None, status: OfStatus = None
) -> dict[str, Any]:
    """List a merchant's orders on delivery with their reviews, the latest first."""
    whose = merchant_asked_for(visitor, merchant_id)
    before = page.last_seen(_LIST)
    found = await cash_orders_page(house, merchant_id=whose, status=status, before=before, limit=page.limit)
    return _page(_LIST, found)


@ROUTES.get(
    "/v1/cash-orders/{cash_order_id}",
    allows=Scope.PURCHASES_READ,
    problems=(Decline.CASH_ORDER_NOT_FOUND,),
    answers=CashOrder,
    example=examples.REVIEWED,
)
async def show_order(cash_order_id: CashOrderId, visitor: TheVisitor, house: TheHouse) -> dict[str, Any]:
    """Show an order on delivery with its review; a till sees its own merchant's only."""
    found = accepted(await read_cash_order(house, cash_order_id))
    if not may_see(visitor, found.order.merchant_id):
        raise Refused(Decline.CASH_ORDER_NOT_FOUND)
    return cash_order_view(found.order, found.text)


@ROUTES.post(
    "/v1/cash-orders/{cash_order_id}/deliver",
    allows=Scope.PURCHASES_WRITE,
    problems=_STEP,
    answers=CashOrder,
    example=examples.DELIVERED,
)
async def deliver_order(
    cash_order_id: CashOrderId, visitor: TheVisitor, house: TheHouse, author: TheAuthor
) -> dict[str, Any]:
    """Say that an order is delivered and paid: its member is asked how it was.

    Who says nothing within the hours of the programme's terms (`review_hours`) has said that it was good.
    """
    return cash_order_view(accepted(await deliver_cash_order(house, visitor.caller.id, cash_order_id, author)))


@ROUTES.post(
    "/v1/cash-orders/{cash_order_id}/cancel",
    allows=Scope.PURCHASES_WRITE,
    problems=_STEP,
    answers=CashOrder,
    example=examples.CANCELLED,
)
async def cancel_order(
    cash_order_id: CashOrderId, visitor: TheVisitor, house: TheHouse, author: TheAuthor
) -> dict[str, Any]:
    """Say that an order will not be delivered."""
    return cash_order_view(accepted(await cancel_cash_order(house, visitor.caller.id, cash_order_id, author)))


@ROUTES.get("/v1/me/cash-orders", allows=Audience.MEMBER, answers=CashOrderPage, example=page_of(examples.DELIVERED))
async def list_my_orders(member: TheMember, page: ThePage, status: OfStatus = None) -> dict[str, Any]:
    """List the member's own orders on delivery, the latest first."""
    before = page.last_seen(_OWN_LIST)
    found = await cash_orders_page(
        member.house, member_id=member.who.member_id, status=status, before=before, limit=page.limit
    )
    return _page(_OWN_LIST, found)


@ROUTES.post(
    "/v1/me/cash-orders/{cash_order_id}/review",
    allows=Audience.MEMBER,
    problems=_STEP,
    answers=CashOrder,
    example=examples.REVIEWED,
)
async def review_my_order(cash_order_id: CashOrderId, fields: ReviewFields, member: TheMember) -> dict[str, Any]:
    """Say once how a delivery was, before `review_until`; a bad review may open a case for our people."""
    command = ReviewCashOrder(cash_order_id, fields.verdict, fields.text, fields.opens_case)
    reviewed = await member.asks(review_cash_order, command, member.now)
    return cash_order_view(reviewed, fields.text)


def _page(name: str, found: Page[WholeOrder, Any]) -> dict[str, Any]:
    return listed(name, found, lambda each: cash_order_view(each.order, each.text))
