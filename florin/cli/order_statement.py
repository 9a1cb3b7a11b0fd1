"""``florin order statement`` and ``florin order cards``: what has become of an order's cards."""

from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Annotated, Any, Final

import typer

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.read_statement import read_order_cards, read_statement
from florin.cli.desk import As
from florin.cli.exit_codes import Refusal
from florin.cli.new_file import new_file
from florin.cli.order_desk import Order, act, order_named
from florin.cli.printing import AsJson, hint, print_json, print_table, say
from florin.cli.running import accepted
from florin.domain.card_selection import card_name
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.money import format_minor
from florin.domain.order_statement import COUNTS, FEWEST_CARDS, OrderStatement, ToldCounts
from florin.domain.people import Actor
from florin.storage.corporate.customers import find_customer
from florin.storage.corporate.order_statement import ListedCard
from florin.storage.corporate.orders import OrderView

PAGE: Final = 5_000

_PANEL: Final = "Afterwards"


def statement(
    order: Order,
    as_user: As,
    out: Annotated[Path | None, typer.Option(help="A new file: .csv, .xlsx or .pdf.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what has become of an order's cards, or write it to a file; amounts are told over the whole order only."""
    ending = None if out is None else _ending(out, ("csv", "xlsx", "pdf"))

    async def step(house: ClearingHouse, actor: Actor) -> tuple[OrderView, str, OrderStatement] | Decline:
        found, drawn_up = accepted(await read_statement(house, actor, await order_named(house, actor, order), _now()))
        customer = await find_customer(house.pool, found.customer_id)
        return found, "" if customer is None else customer.name, drawn_up

    if out is None or ending is None:
        found, _, drawn_up = act(as_user, step)
        _show(found, drawn_up, as_json=as_json)
        return
    with new_file(out) as file:
        _write(file, ending, *act(as_user, step))
    _show_file(out, as_json=as_json)


def cards(
    order: Order,
    as_user: As,
    out: Annotated[Path | None, typer.Option(help="A new file: .csv or .xlsx.")] = None,
    as_json: AsJson = False,
) -> None:
    """List an order's cards, without anything that opens them or tells what is on them."""
    if out is not None:
        _write_cards(order, as_user, out, as_json=as_json)
        return

    async def step(house: ClearingHouse, actor: Actor) -> list[ListedCard] | Decline:
        order_id, found, after = await order_named(house, actor, order), list[ListedCard](), (0, 0)
        while page := accepted(await read_order_cards(house, actor, order_id, PAGE, after)):
            found += page
            after = (page[-1].line, page[-1].serial)
        return found

    rows = [(card_name(each.line, each.serial), each.last4, each.step, _successor(each)) for each in act(as_user, step)]
    names = ("card", "last4", "step", "successor")
    if as_json:
        print_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        print_table("Cards", names, rows)


def register(app: typer.Typer) -> None:
    """Add the commands to those on orders."""
    app.command("statement", rich_help_panel=_PANEL)(statement)
    app.command("cards", rich_help_panel=_PANEL)(cards)


def _write(file: IO[bytes], ending: str, order: OrderView, customer_name: str, drawn_up: OrderStatement) -> None:
    # Only a file needs the libraries of documents and workbooks.
    from florin.batch.orders.statement_documents import statement_pdf, write_statement_sheet  # noqa: PLC0415 (see above)
    from florin.documents.sheets import SheetForm  # noqa: PLC0415 (see above)

    if ending == "pdf":
        file.write(statement_pdf(order, customer_name, drawn_up, _now()))
    else:
        write_statement_sheet(SheetForm(ending), file, order, drawn_up)


def _write_cards(order: str, as_user: str, out: Path, *, as_json: bool) -> None:
    from florin.batch.orders.card_list import write_card_list  # noqa: PLC0415 (only a file needs its libraries)
    from florin.documents.sheets import SheetForm  # noqa: PLC0415 (as above)

    form = SheetForm(_ending(out, ("csv", "xlsx")))
    with new_file(out) as file:

        async def step(house: ClearingHouse, actor: Actor) -> int | Decline:
            return await write_card_list(house, actor, await order_named(house, actor, order), form, file)

        act(as_user, step)
    _show_file(out, as_json=as_json)


def _ending(out: Path, endings: tuple[str, ...]) -> str:
    ending = out.suffix.removeprefix(".").lower()
    if ending not in endings:
        raise Refusal(f"--out: the name of the file ends in {' or '.join(f'.{each}' for each in endings)}")
    return ending


def _show_file(out: Path, *, as_json: bool) -> None:
    if as_json:
        print_json({"file": str(out)})
    else:
        say(f"Written to {out}")


def _show(order: OrderView, drawn_up: OrderStatement, *, as_json: bool) -> None:
    amounts, unit = drawn_up.amounts, drawn_up.unit
    told = {
        "face": amounts.face_minor,
        "paid": amounts.paid_minor,
        "bonus": amounts.bonus_minor,
        "spent": amounts.spent_minor,
        "outstanding": amounts.outstanding_minor,
    }
    if as_json:
        print_json(_json(order, drawn_up, told))
        return
    rows = [
        (each.line, each.product_name, format_minor(each.denomination_minor, unit), *_told(each.counts))
        for each in drawn_up.lines
    ]
    title = f"{wire_id('order', order.id)} on {drawn_up.on.isoformat()}"
    columns = ("line", "product", "face", *(each.replace("_", " ") for each in COUNTS))
    print_table(title, columns, [*rows, ("", "total", "", *_told(drawn_up.total))])
    for name, amount_minor in told.items():
        say(f"{name}: {'withheld' if amount_minor is None else f'{format_minor(amount_minor, unit)} {unit}'}")
    if amounts.outstanding_minor is None or None in (each.counts.unused for each in drawn_up.lines):
        hint(f"What would tell somebody's balance, as the figures of fewer than {FEWEST_CARDS} cards do, is withheld.")


def _told(counts: ToldCounts) -> tuple[int | str, ...]:
    return tuple("-" if each is None else each for each in counts.in_order)


def _json(order: OrderView, drawn_up: OrderStatement, told: dict[str, int | None]) -> dict[str, Any]:
    """The statement in the words of the API."""
    unit = drawn_up.unit

    def money(amount_minor: int | None) -> dict[str, Any] | None:
        return None if amount_minor is None else {"amount": amount_minor, "currency": unit}

    return {
        "order_id": wire_id("order", order.id),
        "business_date": drawn_up.on,
        "lines": [
            {
                "line": each.line,
                "product": each.product_name,
                "denomination": money(each.denomination_minor),
                "counts": dict(zip(COUNTS, each.counts.in_order, strict=True)),
            }
            for each in drawn_up.lines
        ],
        "total": dict(zip(COUNTS, drawn_up.total.in_order, strict=True)),
        "amounts": {name: money(amount_minor) for name, amount_minor in told.items()},
    }


def _successor(card: ListedCard) -> str | None:
    return None if card.successor is None else card_name(card.line, card.successor)


def _now() -> datetime:
    return datetime.now(UTC)
