"""Orders on the wire: what is sent and what is shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from florin.api.corporate import order_examples as examples
from florin.api.fields import AmountField, Choice, CustomerId, Fields, Line, OrderId, ProductId, ProgrammeId
from florin.api.problems.document import Refused
from florin.api.programmes.programme_bodies import minor_of
from florin.api.views import AmountView, View, amount_view
from florin.clearing.orders.read_order import PricedOrder
from florin.domain.corporate_order import DeliveryKind
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.domain.order_line import LineStatus
from florin.domain.order_price import OrderPrice
from florin.domain.order_rules import MOST_CARDS, MOST_LINES, WantedLine
from florin.domain.people import Role
from florin.storage.catalogue import Catalogue
from florin.storage.corporate.orders import OrderHead, OrderLine, OrderView
from florin.storage.corporate.timeline import Step


class WantedLineField(Fields):
    """Cards of one product and denomination."""

    product_id: ProductId
    denomination: AmountField
    quantity: Annotated[int, Field(ge=1, le=MOST_CARDS)]


class LinesFields(Fields, example=examples.LINES):
    """What a draft is to be: how its cards are delivered, and its lines."""

    delivery: Annotated[DeliveryKind, Choice]
    lines: Annotated[list[WantedLineField], Field(max_length=MOST_LINES)]


class OrderFields(LinesFields, example=examples.NEW_ORDER):
    """A new order: a buyer's own customer's, or of the customer that the operator names.

    Lines may be left empty where a recipients' file brings them.
    """

    customer_id: CustomerId | None = None
    lines: Annotated[list[WantedLineField], Field(max_length=MOST_LINES, default_factory=list)]


class ConsentFields(Fields, example=examples.CONSENT):
    """The hash of what is approved, as the order shows it."""

    submission_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class OrderReasonFields(Fields, example=examples.REASON):
    """Why; it is kept, and stands in the order's timeline."""

    reason: Line


class OrderLineView(View):
    """A line; `price` is what is paid for one card of it, the rest of the denomination is bonus."""

    line: int
    product_id: ProductId
    denomination: AmountView
    quantity: int
    price: AmountView
    status: LineStatus
    failure: str | None


class OrderPriceView(View):
    """What an order costs. A quote is what it would cost if it were submitted now; a submission freezes it."""

    is_quote: bool
    tier: str | None
    price_basis_points: int
    face: AmountView
    price: AmountView
    discount: AmountView


class SubmissionView(View):
    """What is to be approved, by its hash, and whether the customer's own approver is asked."""

    submission_hash: str
    submitted_at: datetime
    needs_customer_approval: bool
    customer_approved_at: datetime | None


class OrderDetailView(View):
    """An order: `reserved` of the customer's money waits for cards, `used` has gone onto activated ones."""

    id: OrderId
    customer_id: CustomerId
    programme_id: ProgrammeId
    status: OrderStatus
    delivery: DeliveryKind
    payment_reference: str
    repeats_order_id: OrderId | None
    created_at: datetime
    lines: list[OrderLineView]
    price: OrderPriceView
    submission: SubmissionView | None
    approved_at: datetime | None
    reserved: AmountView
    used: AmountView
    received_at: datetime | None


class OrderSummaryView(View):
    """An order in a list; it has a price once it was submitted."""

    id: OrderId
    customer_id: CustomerId
    status: OrderStatus
    delivery: DeliveryKind
    payment_reference: str
    price: AmountView | None
    created_at: datetime
    submitted_at: datetime | None


class OrderPage(View):
    """Some orders, and the cursor of the next page."""

    items: list[OrderSummaryView]
    next_cursor: str | None


class StepByView(View):
    """Who took a step; the operator's people are not named to a customer's."""

    side: Literal["customer", "operator", "service"]
    user_name: str | None
    roles: list[Role]


class StepView(View):
    """Something that happened to an order."""

    at: datetime
    action: str
    by: StepByView
    detail: dict[str, Any]


class OrderTimelinePage(View):
    """Some of what happened to an order, and the cursor of what came after it."""

    items: list[StepView]
    next_cursor: str | None


def wanted_lines(catalogue: Catalogue, given: Sequence[WantedLineField]) -> tuple[WantedLine, ...]:
    """The lines that were sent, in minor units.

    Raises:
        Refused: `PRODUCT_NOT_FOUND`, or `CURRENCY_MISMATCH` for a denomination in another currency than the product's.
    """
    lines = []
    for each in given:
        product = catalogue.products.get(each.product_id)
        if product is None:
            raise Refused(Decline.PRODUCT_NOT_FOUND)
        unit = catalogue.programmes[product.programme_id].unit
        lines.append(WantedLine(product.id, minor_of(each.denomination, unit), each.quantity))
    return tuple(lines)


def order_view(shown: PricedOrder, unit: str) -> OrderDetailView:
    """An order with its price in the programme's currency."""
    order, price = shown.order, shown.price
    return OrderDetailView(
        id=order.id,
        customer_id=order.customer_id,
        programme_id=order.programme_id,
        status=order.status,
        delivery=order.delivery,
        payment_reference=order.payment_reference,
        repeats_order_id=order.repeats_order_id,
        created_at=order.created_at,
        lines=[
            _line_view(line, principal_minor, unit)
            for line, principal_minor in zip(order.lines, price.principals_minor, strict=True)
        ],
        price=_price_view(price, unit, is_quote=shown.is_quote),
        submission=_submission_view(order),
        approved_at=order.approved_at,
        reserved=amount_view(order.reserved_minor, unit),
        used=amount_view(order.used_minor, unit),
        received_at=order.received_at,
    )


def summary_view(order: OrderHead, unit: str) -> OrderSummaryView:
    """An order as a list shows it."""
    return OrderSummaryView(
        id=order.id,
        customer_id=order.customer_id,
        status=order.status,
        delivery=order.delivery,
        payment_reference=order.payment_reference,
        price=None if order.price_minor is None else amount_view(order.price_minor, unit),
        created_at=order.created_at,
        submitted_at=order.submitted_at,
    )


def step_view(step: Step) -> StepView:
    """A step of a timeline."""
    side: Literal["customer", "operator", "service"] = "service"
    if step.roles:
        side = "customer" if step.is_customers else "operator"
    by = StepByView(side=side, user_name=step.user_name, roles=[Role(each) for each in step.roles])
    return StepView(at=step.at, action=step.action, by=by, detail=step.detail)


def _line_view(line: OrderLine, principal_minor: int, unit: str) -> OrderLineView:
    return OrderLineView(
        line=line.line,
        product_id=line.product_id,
        denomination=amount_view(line.denomination_minor, unit),
        quantity=line.quantity,
        price=amount_view(principal_minor, unit),
        status=LineStatus(line.status),
        failure=line.failure,
    )


def _price_view(price: OrderPrice, unit: str, *, is_quote: bool) -> OrderPriceView:
    return OrderPriceView(
        is_quote=is_quote,
        tier=price.tier,
        price_basis_points=price.price_basis_points,
        face=amount_view(price.face_minor, unit),
        price=amount_view(price.price_minor, unit),
        discount=amount_view(price.discount_minor, unit),
    )


def _submission_view(order: OrderView) -> SubmissionView | None:
    if order.submission_hash is None or order.submitted_at is None:
        return None
    return SubmissionView(
        submission_hash=order.submission_hash.hex(),
        submitted_at=order.submitted_at,
        needs_customer_approval=order.needs_customer_approval,
        customer_approved_at=order.customer_approved_at,
    )
