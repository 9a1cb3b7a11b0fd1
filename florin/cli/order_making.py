"""``florin order generate`` and its relatives: making an order's cards, watching that, and lines that failed.

To make cards that are paid for and to look how far they are needs nobody to sign in: the service does it by itself.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from uuid import UUID

import typer

from florin.batch.orders.generate_order import Maker, generate_order
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.drop_line import DropLine, drop_line
from florin.clearing.orders.retry_line import RetryLine, retry_line
from florin.cli.configuration import this_machine
from florin.cli.desk import As
from florin.cli.exit_codes import ExitCode
from florin.cli.house import open_house
from florin.cli.order_desk import Order, act, id_of, order_named
from florin.cli.plain_words import failure, words
from florin.cli.printing import AsJson, hint, print_json, print_table, say
from florin.cli.progress import Advance, progress
from florin.cli.running import accepted, read_settings, run
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.order_life import OrderStatus
from florin.domain.order_progress import OrderProgress
from florin.domain.payment_reference import normalise_reference
from florin.domain.people import Actor
from florin.storage.corporate.generation_progress import read_progress
from florin.storage.corporate.orders import WantedOrders, list_orders

_NEWS_EVERY_S: Final = 1

Line = Annotated[int, typer.Argument(metavar="LINE", min=1, max=100, help="Number of the line.")]

_PANEL: Final = "Making the cards"


def generate(order: Order, as_json: AsJson = False) -> None:
    """Make the cards of an order that is paid for, here and now; after an interruption, again for the rest.

    The service does so by itself, and both may work on the same order.
    """
    done = run(_generate(order))
    _show(done, as_json=as_json)
    if done.status is OrderStatus.PARTIALLY_FAILED:
        hint("Lines that failed are tried again with `florin order retry-line`, or given up with `drop-line`.")
        raise typer.Exit(ExitCode.DECLINED)


def show_progress(
    order: Order,
    as_json: AsJson = False,
    follow: Annotated[bool, typer.Option("--follow", help="Go on until no more cards are made.")] = False,
) -> None:
    """Show how far the cards of an order are made; with --follow and --json, a line for each change."""
    if follow and as_json:
        run(_print_changes(order))
    else:
        _show(run(_watch(order) if follow else _look(order)), as_json=as_json)


def retry(order: Order, line: Line, as_user: As, as_json: AsJson = False) -> None:
    """Make the cards of a failed line once more; the service begins by itself. For operators and managers."""

    async def step(house: ClearingHouse, actor: Actor) -> OrderProgress | Decline:
        return await retry_line(house, actor, RetryLine(await order_named(house, actor, order), line), _now())

    _show(act(as_user, step), as_json=as_json)


def drop(order: Order, line: Line, as_user: As, as_json: AsJson = False) -> None:
    """Give up a failed line: its money is free again, its cards are voided. For operators and managers."""

    async def step(house: ClearingHouse, actor: Actor) -> OrderProgress | Decline:
        return await drop_line(house, actor, DropLine(await order_named(house, actor, order), line), _now())

    _show(act(as_user, step), as_json=as_json)


def register(app: typer.Typer) -> None:
    """Add the commands to those on orders."""
    app.command("generate", rich_help_panel=_PANEL)(generate)
    app.command("progress", rich_help_panel=_PANEL)(show_progress)
    app.command("retry-line", rich_help_panel=_PANEL)(retry)
    app.command("drop-line", rich_help_panel=_PANEL)(drop)


@dataclass(slots=True)
class _Bar:
    """A bar over all lines of an order, each of which tells of itself."""

    advance: Advance
    ordered: int
    made: dict[int, int] = field(default_factory=dict)

    def show(self, line: int, made: int, _ordered: int) -> None:
        self.made[line] = made
        self.advance(sum(self.made.values()), self.ordered)


async def _generate(order: str) -> OrderProgress:
    async with _opened(order) as (house, order_id):
        # What is interrupted leaves the order's id on the screen, to go on with.
        hint(f"Order {wire_id('order', order_id)}")
        before = await _progress(house, order_id)
        with progress("Making cards") as advance:
            bar = _Bar(advance, before.ordered, {each.line: each.generated for each in before.lines})
            accepted(await generate_order(Maker(house, by=this_machine().by or "", progress=bar.show), order_id))
        return await _progress(house, order_id)


async def _look(order: str) -> OrderProgress:
    async with _opened(order) as (house, order_id):
        return await _progress(house, order_id)


async def _watch(order: str) -> OrderProgress:
    async with _opened(order) as (house, order_id):
        with progress("Making cards") as advance:
            async for news in _changes(house, order_id):
                advance(news.generated, news.ordered)
        return news


async def _print_changes(order: str) -> None:
    async with _opened(order) as (house, order_id):
        async for news in _changes(house, order_id):
            print_json(_json(news))


async def _changes(house: ClearingHouse, order_id: UUID) -> AsyncIterator[OrderProgress]:
    """How far an order is, at first and whenever that has changed, until no more of its cards are made."""
    told: object = None
    while True:
        now = await _progress(house, order_id)
        if now.point != told:
            yield now
        if now.is_over:
            return
        told = now.point
        await asyncio.sleep(_NEWS_EVERY_S)


@asynccontextmanager
async def _opened(order: str) -> AsyncIterator[tuple[ClearingHouse, UUID]]:
    async with open_house(read_settings(), existing=True) as house:
        yield house.clearing, await _order_id(house.clearing, order)


async def _order_id(house: ClearingHouse, text: str) -> UUID:
    reference = normalise_reference(text)
    if reference is None:
        return id_of("order", text)
    found = await list_orders(house.pool, WantedOrders(payment_reference=reference), None, 1)
    return found.items[0].id if found.items else accepted(Decline.ORDER_NOT_FOUND)


async def _progress(house: ClearingHouse, order_id: UUID) -> OrderProgress:
    return accepted(await read_progress(house.pool, order_id, _now()) or Decline.ORDER_NOT_FOUND)


def _show(shown: OrderProgress, *, as_json: bool) -> None:
    if as_json:
        print_json(_json(shown))
        return
    rows = [
        (
            each.line,
            f"{each.generated:,} of {each.ordered:,}",
            words(each.status),
            failure(each.failure),
            "" if each.cards_per_s is None else f"{each.cards_per_s:,}",
            "" if each.seconds_left is None else f"{each.seconds_left:,}",
        )
        for each in shown.lines
    ]
    print_table("Lines", ("line", "cards", "status", "why", "cards a second", "seconds left"), rows)
    made = f"{shown.generated:,} of {shown.ordered:,} cards are made"
    say(f"{wire_id('order', shown.order_id)} is {words(shown.status)}; {made}.")


def _json(shown: OrderProgress) -> dict[str, Any]:
    """The progress in the words of the API."""
    return {
        "order_id": wire_id("order", shown.order_id),
        "status": shown.status,
        "ordered": shown.ordered,
        "generated": shown.generated,
        "seconds_left": shown.seconds_left,
        "lines": [
            {
                "line": each.line,
                "ordered": each.ordered,
                "generated": each.generated,
                "status": each.status,
                "cards_per_s": each.cards_per_s,
                "seconds_left": each.seconds_left,
                "failure": each.failure,
            }
            for each in shown.lines
        ],
    }


def _now() -> datetime:
    return datetime.now(UTC)
