"""Orders: drafting, submitting, approving, returning, cancelling and repeating them, and seeing how they stand."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from florin.api.asking import ThePerson, ThePersonOnce
from florin.api.callers import people
from florin.api.corporate import order_examples as examples
from florin.api.corporate.order_bodies import (
    ConsentFields,
    LinesFields,
    OrderDetailView,
    OrderFields,
    OrderPage,
    OrderReasonFields,
    OrderTimelinePage,
    order_view,
    step_view,
    summary_view,
    wanted_lines,
)
from florin.api.fields import Choice, CustomerId, OrderId
from florin.api.given import ThePage
from florin.api.idempotency_keys import KEY_PROBLEMS, tell_replay
from florin.api.management_examples import page_of
from florin.api.programmes.visible_configuration import TheConfiguration, VisibleConfiguration
from florin.api.routes import Routes
from florin.api.views import listed, next_cursor
from florin.clearing.house import ClearingHouse
from florin.clearing.orders import cancel_order, return_order
from florin.clearing.orders.allowed import MAKERS, READERS
from florin.clearing.orders.approve_order import CHECKERS, ApproveOrder, approve_order
from florin.clearing.orders.cancel_order import CancelOrder
from florin.clearing.orders.change_order import ChangeOrder, change_order
from florin.clearing.orders.draft_order import DraftOrder, draft_order
from florin.clearing.orders.read_order import PricedOrder, list_orders, order_timeline, priced, read_order
from florin.clearing.orders.repeat_order import RepeatOrder, repeat_order
from florin.clearing.orders.return_order import ReturnOrder
from florin.clearing.orders.submit_order import submit_order
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.domain.payment_reference import normalise_reference
from florin.storage.corporate.orders import OrderView, WantedOrders

ROUTES = Routes("Orders")

_LIST, _TIMELINE = "orders", "order_timeline"
_NOT_FOUND = (Decline.ORDER_NOT_FOUND,)
_LINES = (Decline.PRODUCT_NOT_FOUND, Decline.CURRENCY_MISMATCH, Decline.DENOMINATION_NOT_OFFERED)
_MOVES = (*_NOT_FOUND, Decline.ROLE_REQUIRED, Decline.ORDER_NOT_IN_STATE)

OfCustomer = Annotated[CustomerId | None, Query(description="Whose orders; a customer's people see their own.")]
OfStatus = Annotated[OrderStatus | None, Choice, Query(description="Where they stand.")]
OfReference = Annotated[
    str | None, Query(min_length=1, max_length=20, description="The payment reference, in any case and grouping.")
]


@ROUTES.post(
    "/v1/orders",
    allows=people(*MAKERS),
    status=201,
    problems=(*KEY_PROBLEMS, Decline.CUSTOMER_NOT_FOUND, Decline.CUSTOMER_NOT_ACTIVE, *_LINES),
    example=examples.DRAFT,
)
async def draft(
    fields: OrderFields, person: ThePersonOnce, configuration: TheConfiguration, response: Response
) -> OrderDetailView:
    """Draft an order.

    The same request under the same key drafts nothing more: it is answered 201 with `Idempotent-Replayed: true` and the
    order of the first one, as it stands by then.
    """
    lines = wanted_lines(configuration.catalogue, fields.lines)
    order = await person.asks(
        draft_order, DraftOrder(fields.customer_id, fields.delivery, lines), person.now, person.key
    )
    if order.created_at != person.now:
        # A new order bears the time of its own request.
        tell_replay(response)
    return await _shown(person.house, configuration, order)


@ROUTES.get(
    "/v1/orders", allows=people(*READERS), problems=(Decline.CUSTOMER_NOT_FOUND,), example=page_of(examples.SUMMARY)
)
async def list_all(
    person: ThePerson,
    configuration: TheConfiguration,
    page: ThePage,
    customer_id: OfCustomer = None,
    status: OfStatus = None,
    payment_reference: OfReference = None,
) -> OrderPage:
    """List orders, the latest first; a customer's people see their own customer's."""
    reference = None
    if payment_reference is not None:
        # One that cannot be a reference is nobody's: an empty list says so.
        reference = normalise_reference(payment_reference) or payment_reference
    wanted = WantedOrders(customer_id, status, reference)
    found = await person.asks(list_orders, wanted, page.last_seen(_LIST), page.limit)
    programmes = configuration.catalogue.programmes
    items = [summary_view(each, programmes[each.programme_id].unit) for each in found.items]
    return OrderPage(items=items, next_cursor=next_cursor(_LIST, found.next_after))


@ROUTES.get("/v1/orders/{order_id}", allows=people(*READERS), problems=_NOT_FOUND, example=examples.SUBMITTED)
async def read(order_id: OrderId, person: ThePerson, configuration: TheConfiguration) -> OrderDetailView:
    """Show an order with its price; of a draft, what it would cost if it were submitted now."""
    return _view(configuration, await person.asks(read_order, order_id))


@ROUTES.put(
    "/v1/orders/{order_id}/lines",
    allows=people(*MAKERS),
    problems=(*_NOT_FOUND, Decline.ORDER_NOT_IN_STATE, *_LINES),
    example=examples.DRAFT,
)
async def change(
    order_id: OrderId, fields: LinesFields, person: ThePerson, configuration: TheConfiguration
) -> OrderDetailView:
    """Put other lines in place of a draft's; the recipients of its lines so far go with them."""
    command = ChangeOrder(order_id, fields.delivery, wanted_lines(configuration.catalogue, fields.lines))
    return await _shown(person.house, configuration, await person.asks(change_order, command, person.now))


@ROUTES.post(
    "/v1/orders/{order_id}/submit",
    allows=people(*MAKERS),
    problems=(
        *_NOT_FOUND,
        Decline.ORDER_NOT_IN_STATE,
        Decline.ORDER_EMPTY,
        Decline.ORDER_ALTERED,
        Decline.CUSTOMER_NOT_ACTIVE,
        Decline.PRODUCT_NOT_FOUND,
        Decline.DENOMINATION_NOT_OFFERED,
        Decline.LIMIT_EXCEEDED,
        Decline.ECODE_REQUIRED,
        Decline.RECIPIENTS_REQUIRED,
        Decline.REAL_NAME_REQUIRED,
    ),
    example=examples.SUBMITTED,
)
async def submit(order_id: OrderId, person: ThePerson, configuration: TheConfiguration) -> OrderDetailView:
    """Submit a draft: its price is frozen, and it waits for approval by other people.

    Who submits is the maker, whoever drafted it. Bearer cards that the customer has submitted on the same business day
    are added up: from the policy's limit on, a document of whoever submits must be on record.
    """
    return await _shown(person.house, configuration, await person.asks(submit_order, order_id, person.now))


@ROUTES.post(
    "/v1/orders/{order_id}/approve",
    allows=people(*CHECKERS),
    problems=(
        *_MOVES,
        Decline.ORDER_CHANGED,
        Decline.APPROVAL_REQUIRED,
        Decline.SAME_PERSON,
        Decline.CUSTOMER_NOT_ACTIVE,
        Decline.ORDER_ALTERED,
    ),
    example=examples.APPROVED,
)
async def approve(
    order_id: OrderId, fields: ConsentFields, person: ThePerson, configuration: TheConfiguration
) -> OrderDetailView:
    """Approve exactly what was submitted, by its hash.

    Above the customer's limit its own approver comes first; the operator's manager comes last, and all are different
    people. An approved order is funded at once when the customer's money suffices.
    """
    command = ApproveOrder(order_id, bytes.fromhex(fields.submission_hash))
    return await _shown(person.house, configuration, await person.asks(approve_order, command, person.now))


@ROUTES.post(
    "/v1/orders/{order_id}/return",
    allows=people(*return_order.WHO_MAY),
    problems=(*_NOT_FOUND, Decline.ORDER_NOT_IN_STATE),
    example=examples.DRAFT,
)
async def give_back(
    order_id: OrderId, fields: OrderReasonFields, person: ThePerson, configuration: TheConfiguration
) -> OrderDetailView:
    """Make a submitted order a draft again: its makers take it back, or a checker refuses it."""
    command = ReturnOrder(order_id, fields.reason)
    return await _shown(person.house, configuration, await person.asks(return_order.return_order, command, person.now))


@ROUTES.post(
    "/v1/orders/{order_id}/cancel",
    allows=people(*cancel_order.WHO_MAY),
    problems=(*_MOVES, Decline.CARDS_ACTIVATED),
    example=examples.CANCELLED,
)
async def cancel(
    order_id: OrderId, fields: OrderReasonFields, person: ThePerson, configuration: TheConfiguration
) -> OrderDetailView:
    """Give an order up: what it has reserved is free again, and its cards are void.

    A buyer may until it is approved, the operator until a card of it has been activated.
    """
    command = CancelOrder(order_id, fields.reason)
    cancelled = await person.asks(cancel_order.cancel_order, command, person.now, person.request_id)
    return await _shown(person.house, configuration, cancelled)


@ROUTES.post(
    "/v1/orders/{order_id}/repeat",
    allows=people(*MAKERS),
    status=201,
    problems=(*KEY_PROBLEMS, *_NOT_FOUND, Decline.CUSTOMER_NOT_ACTIVE, Decline.ORDER_ALTERED),
    example=examples.REPEATED,
)
async def repeat(
    order_id: OrderId, person: ThePersonOnce, configuration: TheConfiguration, response: Response
) -> OrderDetailView:
    """Draft the same again: the same lines for the same recipients, at the prices of its own submission."""
    order = await person.asks(repeat_order, RepeatOrder(order_id), person.now, person.key)
    if order.created_at != person.now:
        tell_replay(response)
    return await _shown(person.house, configuration, order)


@ROUTES.get(
    "/v1/orders/{order_id}/timeline", allows=people(*READERS), problems=_NOT_FOUND, example=page_of(examples.STEP)
)
async def read_timeline(order_id: OrderId, person: ThePerson, page: ThePage) -> OrderTimelinePage:
    """List what happened to an order, the oldest first, and who did it."""
    found = await person.asks(order_timeline, order_id, page.last_seen(_TIMELINE), page.limit)
    return OrderTimelinePage(**listed(_TIMELINE, found, step_view))


async def _shown(house: ClearingHouse, configuration: VisibleConfiguration, order: OrderView) -> OrderDetailView:
    return _view(configuration, await priced(house, order))


def _view(configuration: VisibleConfiguration, shown: PricedOrder) -> OrderDetailView:
    return order_view(shown, configuration.catalogue.programmes[shown.order.programme_id].unit)
