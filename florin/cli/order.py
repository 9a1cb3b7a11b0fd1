"""``florin order``: corporate orders, from a draft to cards that are activated, each step as somebody who signs in."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Final, NamedTuple
from uuid import UUID

import typer

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.approve_order import ApproveOrder, approve_order
from florin.clearing.orders.cancel_order import CancelOrder, cancel_order
from florin.clearing.orders.change_order import ChangeOrder, change_order
from florin.clearing.orders.draft_order import DraftOrder, draft_order
from florin.clearing.orders.read_order import PricedOrder, list_orders, order_timeline, priced, read_order
from florin.clearing.orders.repeat_order import RepeatOrder, repeat_order
from florin.clearing.orders.return_order import ReturnOrder, return_order
from florin.clearing.orders.submit_order import submit_order
from florin.cli import order_cards, order_delivery, order_links, order_making, order_recipients, order_statement
from florin.cli.configuration import product_of, read_amount
from florin.cli.desk import As
from florin.cli.exit_codes import Refusal
from florin.cli.order_desk import Order, act, id_of, order_named
from florin.cli.order_timeline import print_steps, step_json
from florin.cli.order_views import (
    head_json,
    order_json,
    print_order,
    print_orders,
)
from florin.cli.printing import AsJson, print_json
from florin.cli.running import accepted
from florin.cli.slips import Reason, amount_typed
from florin.domain.corporate_order import DeliveryKind
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.domain.order_rules import WantedLine
from florin.domain.paging import MAX_LIMIT
from florin.domain.people import Actor
from florin.storage.catalogue import Catalogue
from florin.storage.corporate.customers import Customer, find_customer
from florin.storage.corporate.orders import OrderHead, OrderView, WantedOrders
from florin.storage.corporate.timeline import Step

app = typer.Typer(
    help="Corporate orders: from a draft to cards that are activated.",
    no_args_is_help=True,
)

Lines = Annotated[
    list[str] | None,
    typer.Option(
        "--line",
        metavar="PRODUCT:FACE:CARDS",
        help="Product, face and number of cards, such as festival:200:50; repeatable.",
    ),
]
Delivery = Annotated[
    DeliveryKind, typer.Option(help="As sealed files that the buyer fetches, or as a link for each recipient.")
]
Key = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="A name of your own for this command: once more under it makes nothing more."),
]
Why = Annotated[str, Reason]

_PANEL: Final = "Ordering"
_HASH: Final = re.compile(r"[0-9a-fA-F]{64}")
_Step = Callable[[ClearingHouse, Actor, UUID], Awaitable[OrderView | Decline]]


class _TypedLine(NamedTuple):
    """A line as it was typed: code of the product, face and number of cards."""

    product: str
    face: str
    cards: int


@app.command(rich_help_panel=_PANEL)
def new(
    as_user: As,
    line: Lines = None,
    customer: Annotated[str | None, typer.Option(help="Whose order (cus_...); a buyer leaves it out.")] = None,
    delivery: Delivery = DeliveryKind.FILES,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Draft an order and show what it would cost. Lines may be left to a recipients' file."""
    customer_id, typed = None if customer is None else id_of("customer", customer), _typed_lines(line)

    async def step(house: ClearingHouse, actor: Actor) -> PricedOrder | Decline:
        wanted = await _wanted(house, actor, customer_id or actor.customer_id, typed)
        command = DraftOrder(customer_id, delivery, wanted)
        return await _priced(house, await draft_order(house, actor, command, _now(), key))

    _show(as_user, step, as_json=as_json)


@app.command(rich_help_panel=_PANEL)
def lines(
    order: Order, as_user: As, line: Lines = None, delivery: Delivery = DeliveryKind.FILES, as_json: AsJson = False
) -> None:
    """Put other lines in place of a draft's; recipients that it has are taken away with the old lines."""
    typed = _typed_lines(line)

    async def step(house: ClearingHouse, actor: Actor, order_id: UUID) -> OrderView | Decline:
        found = accepted(await read_order(house, actor, order_id)).order
        wanted = await _wanted(house, actor, found.customer_id, typed)
        return await change_order(house, actor, ChangeOrder(order_id, delivery, wanted), _now())

    _change(order, as_user, step, as_json=as_json)


@app.command(rich_help_panel=_PANEL)
def show(order: Order, as_user: As, as_json: AsJson = False) -> None:
    """Show an order, its lines and its price; of a draft, what it would cost now."""

    async def step(house: ClearingHouse, actor: Actor) -> PricedOrder | Decline:
        return await read_order(house, actor, await order_named(house, actor, order))

    _show(as_user, step, as_json=as_json)


@app.command("list", rich_help_panel=_PANEL)
def list_all(
    as_user: As,
    customer: Annotated[str | None, typer.Option(help="Whose (cus_...); all that you may see without.")] = None,
    status: Annotated[OrderStatus | None, typer.Option(help="Where they stand.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT, help="How many at most.")] = MAX_LIMIT,
    as_json: AsJson = False,
) -> None:
    """List orders, the latest first."""
    wanted = WantedOrders(None if customer is None else id_of("customer", customer), status)

    async def step(house: ClearingHouse, actor: Actor) -> tuple[tuple[OrderHead, ...], Catalogue] | Decline:
        page = accepted(await list_orders(house, actor, wanted, None, limit))
        return page.items, await house.engine.current_catalogue()

    found, catalogue = act(as_user, step)
    if as_json:
        print_json([head_json(each, catalogue.programmes[each.programme_id].unit) for each in found])
    else:
        print_orders(found, catalogue)


@app.command(rich_help_panel=_PANEL)
def submit(order: Order, as_user: As, as_json: AsJson = False) -> None:
    """Submit a draft: its price is frozen, and other people approve it."""

    async def step(house: ClearingHouse, actor: Actor, order_id: UUID) -> OrderView | Decline:
        return await submit_order(house, actor, order_id, _now())

    _change(order, as_user, step, as_json=as_json)


@app.command(rich_help_panel=_PANEL)
def approve(
    order: Order,
    submission: Annotated[str, typer.Option("--hash", help="The submission's hash, as `florin order show` prints it.")],
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Approve exactly what was submitted, by its hash: the customer's approver where one is needed, then a manager."""
    submission_hash = _hash_of(submission)

    async def step(house: ClearingHouse, actor: Actor, order_id: UUID) -> OrderView | Decline:
        return await approve_order(house, actor, ApproveOrder(order_id, submission_hash), _now())

    _change(order, as_user, step, as_json=as_json)


@app.command("return", rich_help_panel=_PANEL)
def give_back(order: Order, as_user: As, reason: Why, as_json: AsJson = False) -> None:
    """Give a submitted order back to whoever drafted it, as a draft, with the reason."""

    async def step(house: ClearingHouse, actor: Actor, order_id: UUID) -> OrderView | Decline:
        return await return_order(house, actor, ReturnOrder(order_id, reason), _now())

    _change(order, as_user, step, as_json=as_json)


@app.command(rich_help_panel=_PANEL)
def cancel(order: Order, as_user: As, reason: Why, as_json: AsJson = False) -> None:
    """Give an order up: its money is free again, and its cards are void."""

    async def step(house: ClearingHouse, actor: Actor, order_id: UUID) -> OrderView | Decline:
        return await cancel_order(house, actor, CancelOrder(order_id, reason), _now())

    _change(order, as_user, step, as_json=as_json)


@app.command(rich_help_panel=_PANEL)
def repeat(order: Order, as_user: As, key: Key = None, as_json: AsJson = False) -> None:
    """Draft the same order again: the same lines for the same recipients."""

    async def step(house: ClearingHouse, actor: Actor, order_id: UUID) -> OrderView | Decline:
        return await repeat_order(house, actor, RepeatOrder(order_id), _now(), key)

    _change(order, as_user, step, as_json=as_json)


@app.command(rich_help_panel=_PANEL)
def timeline(order: Order, as_user: As, as_json: AsJson = False) -> None:
    """List what happened to an order, and who did it."""

    async def step(house: ClearingHouse, actor: Actor) -> list[Step] | Decline:
        order_id, after, steps = await order_named(house, actor, order), None, list[Step]()
        while True:
            page = accepted(await order_timeline(house, actor, order_id, after, MAX_LIMIT))
            steps += page.items
            after = page.next_after
            if after is None:
                return steps

    steps = act(as_user, step)
    if as_json:
        print_json([step_json(each) for each in steps])
    else:
        print_steps(steps)


def _change(order: str, as_user: str, step: _Step, *, as_json: bool) -> None:
    """Change the order that the command names, and show what it is then."""

    async def change(house: ClearingHouse, actor: Actor) -> PricedOrder | Decline:
        return await _priced(house, await step(house, actor, await order_named(house, actor, order)))

    _show(as_user, change, as_json=as_json)


def _show(
    as_user: str, step: Callable[[ClearingHouse, Actor], Awaitable[PricedOrder | Decline]], *, as_json: bool
) -> None:
    async def with_names(house: ClearingHouse, actor: Actor) -> tuple[PricedOrder, Customer | None, Catalogue]:
        shown = accepted(await step(house, actor))
        customer = await find_customer(house.pool, shown.order.customer_id)
        return shown, customer, await house.engine.current_catalogue()

    shown, customer, catalogue = act(as_user, with_names)
    if as_json:
        print_json(order_json(shown, catalogue.programmes[shown.order.programme_id].unit))
    else:
        print_order(shown, "" if customer is None else customer.name, catalogue)


async def _priced(house: ClearingHouse, order: OrderView | Decline) -> PricedOrder | Decline:
    return order if isinstance(order, Decline) else await priced(house, order)


async def _wanted(
    house: ClearingHouse, actor: Actor, customer_id: UUID | None, given: list[_TypedLine]
) -> tuple[WantedLine, ...]:
    """The lines that the command line asks for, in products of the customer's programme."""
    if customer_id is None:
        raise Refusal("--customer: say which customer's order it is")
    customer = await find_customer(house.pool, customer_id)
    if customer is None or not actor.may_see(customer.id):
        return accepted(Decline.CUSTOMER_NOT_FOUND)
    catalogue = await house.engine.current_catalogue()
    programme = catalogue.programmes[customer.programme_id]
    return tuple(
        WantedLine(
            product_of(catalogue, programme, each.product).id,
            read_amount("--line", each.face, programme.unit),
            each.cards,
        )
        for each in given
    )


def _typed_lines(given: list[str] | None) -> list[_TypedLine]:
    lines = []
    for text in given or ():
        product, face, cards, *more = [*text.split(":"), "", ""]
        if not (product and cards.isascii() and cards.isdigit()) or any(more):
            raise Refusal(f"--line: {text} is not PRODUCT:FACE:CARDS, such as festival:200:50")
        lines.append(_TypedLine(product, amount_typed("--line", face), int(cards)))
    return lines


def _hash_of(text: str) -> bytes:
    if _HASH.fullmatch(text) is None:
        raise Refusal("--hash: 64 hexadecimal digits, as `florin order show` prints them")
    return bytes.fromhex(text)


def _now() -> datetime:
    return datetime.now(UTC)


# After the commands above, in the order in which an order meets them.
order_recipients.register(app)
order_making.register(app)
order_delivery.register(app)
order_links.register(app)
order_cards.register(app)
order_statement.register(app)
