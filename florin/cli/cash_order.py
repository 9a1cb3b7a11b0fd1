"""``florin cash-order``: orders that members pay at the door, and what they think of them."""

from typing import Annotated

import typer

from florin.clearing.cash_orders.read_orders import WholeOrder, all_cash_orders, cash_order_view
from florin.cli.desk import As
from florin.cli.order_desk import asks
from florin.cli.plain_words import words
from florin.cli.printing import AsJson, print_json, print_table
from florin.domain.cash_order import CashOrderStatus
from florin.domain.money import format_minor
from florin.domain.paging import MAX_LIMIT

app = typer.Typer(help="Orders paid in cash at the door, and their reviews.", no_args_is_help=True)


@app.callback()
def cash_orders() -> None:
    """Orders paid in cash at the door, and their reviews."""


@app.command("list")
def list_all(
    as_user: As,
    status: Annotated[CashOrderStatus | None, typer.Option(help="Where they stand.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT, help="How many at most.")] = MAX_LIMIT,
    as_json: AsJson = False,
) -> None:
    """List orders paid at the door with their reviews, the latest first."""
    found = asks(as_user, all_cash_orders, status, limit)
    views = [cash_order_view(each.order, each.text) for each in found]
    if as_json:
        print_json(views)
        return
    rows = [
        (
            words(view["status"]),
            format_minor(each.order.amount_minor, each.order.unit),
            each.order.unit,
            view["delivered_at"],
            _verdict(each),
            each.text,
            view["reference"],
            view["member_id"],
            view["id"],
        )
        for each, view in zip(found, views, strict=True)
    ]
    columns = ("status", "amount", "", "delivered", "review", "words", "reference", "member", "order")
    print_table("Orders paid at the door", columns, rows)


def _verdict(shown: WholeOrder) -> str | None:
    review = shown.order.review
    if review is None:
        return None
    return "silence" if review.by_default else str(review.verdict)
