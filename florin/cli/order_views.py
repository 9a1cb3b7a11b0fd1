"""How commands show orders: as the API does for machines, and on a screen for people."""

from collections.abc import Sequence
from typing import Any

from florin.clearing.orders.read_order import PricedOrder
from florin.cli.plain_words import failure, words
from florin.cli.printing import print_table, say
from florin.domain.identifiers import wire_id
from florin.domain.money import format_minor
from florin.domain.order_life import OrderStatus
from florin.storage.catalogue import Catalogue
from florin.storage.corporate.orders import OrderHead

Json = dict[str, Any]


def order_json(shown: PricedOrder, unit: str) -> Json:
    """An order in the words of the API; amounts in minor units of ``unit``."""
    order, price = shown.order, shown.price
    submitted = order.submission_hash is not None
    return {
        **head_json(order, unit),
        "repeats_order_id": None if order.repeats_order_id is None else wire_id("order", order.repeats_order_id),
        "lines": [
            {
                "line": line.line,
                "product_id": wire_id("product", line.product_id),
                "denomination": _amount(line.denomination_minor, unit),
                "quantity": line.quantity,
                "price": _amount(principal_minor, unit),
                "status": str(line.status),
                "failure": line.failure,
            }
            for line, principal_minor in zip(order.lines, price.principals_minor, strict=True)
        ],
        "price": {
            "is_quote": shown.is_quote,
            "tier": price.tier,
            "price_basis_points": price.price_basis_points,
            "face": _amount(price.face_minor, unit),
            "price": _amount(price.price_minor, unit),
            "discount": _amount(price.discount_minor, unit),
        },
        "submission_hash": order.submission_hash.hex() if order.submission_hash is not None else None,
        "needs_customer_approval": order.needs_customer_approval if submitted else None,
        "customer_approved_at": order.customer_approved_at,
        "approved_at": order.approved_at,
        "reserved": _amount(order.reserved_minor, unit),
        "used": _amount(order.used_minor, unit),
    }


def head_json(order: OrderHead, unit: str) -> Json:
    """An order as a list has it."""
    return {
        "id": wire_id("order", order.id),
        "customer_id": wire_id("customer", order.customer_id),
        "status": str(order.status),
        "delivery": str(order.delivery),
        "payment_reference": order.payment_reference,
        "price": None if order.price_minor is None else _amount(order.price_minor, unit),
        "created_at": order.created_at,
        "submitted_at": order.submitted_at,
    }


def print_order(shown: PricedOrder, customer: str, catalogue: Catalogue) -> None:
    """An order on the screen: what it is and whose, its lines, what it costs, and what an approver approves."""
    order, price = shown.order, shown.price
    unit = catalogue.programmes[order.programme_id].unit

    def money(amount_minor: int) -> str:
        return f"{format_minor(amount_minor, unit)} {unit}"

    say(f"Order {wire_id('order', order.id)} is {words(order.status)}; delivery by {order.delivery}.")
    say(f"It is of {customer} ({wire_id('customer', order.customer_id)}).")
    say(f"It is paid under the reference {order.payment_reference}.")
    rows = [
        (
            line.line,
            catalogue.products[line.product_id].code,
            money(line.denomination_minor),
            f"{line.quantity:,}",
            money(principal_minor),
            words(line.status) if line.failure is None else f"{line.status}: {failure(line.failure)}",
        )
        for line, principal_minor in zip(order.lines, price.principals_minor, strict=True)
    ]
    print_table("Lines", ("line", "product", "face", "cards", "price of one", "status"), rows)
    costs = "would cost now" if shown.is_quote else "costs"
    tier = "" if price.tier is None else f" ({price.tier})"
    say(f"Faces of {money(price.face_minor)}; it {costs} {money(price.price_minor)}{tier}.")
    if order.reserved_minor or order.used_minor:
        say(f"{money(order.reserved_minor)} reserved, {money(order.used_minor)} on activated cards.")
    if order.submission_hash is not None:
        say(f"The submission's hash, by which it is approved: {order.submission_hash.hex()}")
    if order.status is OrderStatus.SUBMITTED:
        is_first = order.needs_customer_approval and order.customer_approved_at is None
        say("It waits for the customer's own approver." if is_first else "It waits for the operator's manager.")


def print_orders(orders: Sequence[OrderHead], catalogue: Catalogue) -> None:
    """A list of orders on the screen."""
    rows = [
        (
            each.payment_reference,
            words(each.status),
            "" if each.price_minor is None else format_minor(each.price_minor, _unit(catalogue, each)),
            f"{each.created_at:%Y-%m-%dT%H:%MZ}",
            wire_id("customer", each.customer_id),
            wire_id("order", each.id),
        )
        for each in orders
    ]
    print_table("Orders", ("reference", "status", "price", "drafted", "customer", "id"), rows)


def _unit(catalogue: Catalogue, order: OrderHead) -> str:
    return catalogue.programmes[order.programme_id].unit


def _amount(amount_minor: int, unit: str) -> Json:
    return {"amount": amount_minor, "currency": unit}
