"""``florin order recipients`` and its relatives: recipients' files, checked and taken, and the invoice of an order."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from florin.batch.orders.recipients_file import Checked, Finding
from florin.batch.orders.set_recipients import check_file, offer_of, set_recipients
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.list_recipients import MaskedRecipient, list_recipients
from florin.clearing.orders.read_pro_forma import ProForma, pro_forma_of
from florin.cli.configuration import programme_of, read_configuration
from florin.cli.desk import As
from florin.cli.exit_codes import ExitCode, Refusal
from florin.cli.new_file import new_file
from florin.cli.order_desk import Order, act, order_named
from florin.cli.printing import AsJson, hint, print_json, print_table, say
from florin.cli.progress import progress
from florin.cli.running import accepted, run
from florin.domain.card_selection import card_name
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.money import format_minor
from florin.domain.order_rules import WantedLine
from florin.domain.paging import MAX_LIMIT
from florin.domain.people import Actor
from florin.domain.programme import Programme
from florin.storage.catalogue import Catalogue

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The file: XLSX or CSV.")]
Out = Annotated[Path, typer.Option(help="Where it goes; nothing is overwritten.")]

_PANEL: Final = "Recipients and invoice"


def check(
    file: File,
    programme: Annotated[str | None, typer.Option(help="Code of the programme, if there are several.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check a recipients' file against what a programme offers; nothing is sent or changed.

    Ends with 0 when the file can be used, and with 2 when it has findings.
    """
    catalogue = read_configuration()
    offer = offer_of(catalogue, _programme(catalogue, programme).id)

    async def checking() -> Checked:
        with file.open("rb") as opened, _percent("Checking") as percent:
            return await check_file(opened, offer, percent)

    _show(file, run(checking()), catalogue, as_json=as_json)


def recipients(
    order: Order,
    as_user: As,
    file: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, readable=True, help="The file: XLSX or CSV.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put the people of a file, and the cards that they get, in place of a draft's lines; without a file, list them.

    Ends with 2 when the file has findings; then nothing is changed.
    """
    if file is None:
        _list(order, as_user, as_json=as_json)
        return

    async def step(house: ClearingHouse, actor: Actor) -> Checked | Decline:
        order_id = await order_named(house, actor, order)
        with file.open("rb") as opened, _percent("Checking") as percent:
            return await set_recipients(house, actor, order_id, opened, datetime.now(UTC), percent)

    _show(file, act(as_user, step), read_configuration(), as_json=as_json)


def _list(order: str, as_user: str, *, as_json: bool) -> None:
    async def step(house: ClearingHouse, actor: Actor) -> list[MaskedRecipient] | Decline:
        order_id, found, after = await order_named(house, actor, order), list[MaskedRecipient](), 0
        while True:
            page = accepted(await list_recipients(house, actor, order_id, after, MAX_LIMIT))
            found += page.items
            if page.next_after is None:
                return found
            after = page.next_after

    found = act(as_user, step)
    if as_json:
        print_json([_recipient(each) for each in found])
        return
    rows = [
        (card_name(each.line, each.serial), each.name, each.contact, each.employee_number, each.has_identity)
        for each in found
    ]
    print_table("Recipients", ("card", "name", "contact", "employee number", "identity"), rows)


def _recipient(found: MaskedRecipient) -> dict[str, object]:
    """A recipient in the words of the API."""
    told = found._asdict()
    identified = told.pop("has_identity")
    return {"card": card_name(found.line, found.serial), **told, "identified": identified}


def template(out: Out = Path("recipients.xlsx")) -> None:
    """Write an empty recipients' file, whose columns are text."""
    # What writes workbooks and documents takes longer to import than all other commands on orders need to start.
    from florin.batch.orders.recipients_template import recipients_template  # noqa: PLC0415 (see above)

    with new_file(out) as file:
        file.write(recipients_template())
    say(f"{out} is there to be filled in.")


def pro_forma(order: Order, as_user: As, out: Out) -> None:
    """Write the pro-forma invoice of an order that has been submitted, as a PDF."""
    from florin.batch.orders.pro_forma import pro_forma_pdf  # noqa: PLC0415 (as in `template`)

    async def step(house: ClearingHouse, actor: Actor) -> ProForma | Decline:
        return await pro_forma_of(house, actor, await order_named(house, actor, order))

    with new_file(out) as file:
        file.write(pro_forma_pdf(act(as_user, step)))
    say(f"{out} is the pro-forma invoice of {order}.")


def register(app: typer.Typer) -> None:
    """Add the commands to those on orders."""
    app.command("check", rich_help_panel=_PANEL)(check)
    app.command("recipients", rich_help_panel=_PANEL)(recipients)
    app.command("template", rich_help_panel=_PANEL)(template)
    app.command("pro-forma", rich_help_panel=_PANEL)(pro_forma)


def _programme(catalogue: Catalogue, code: str | None) -> Programme:
    if code is not None:
        return programme_of(catalogue, code)
    if len(catalogue.programmes) != 1:
        raise Refusal("--programme: say whose cards are ordered")
    return next(iter(catalogue.programmes.values()))


@contextmanager
def _percent(task: str) -> Iterator[Callable[[int], None]]:
    with progress(task) as advance:
        yield lambda percent: advance(percent, 100)


def _show(file: Path, checked: Checked, catalogue: Catalogue, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "accepted": checked.is_accepted,
                "recipients": checked.rows,
                "lines": [_line(catalogue, each) for each in checked.lines],
                "wrong": checked.found,
                "wrong_cells": [each._asdict() for each in checked.findings],
            }
        )
    elif checked.is_accepted:
        _print_lines(f"{file.name}: {checked.rows:,} recipients, nothing is wrong", checked.lines, catalogue)
    else:
        _print_findings(file, checked.findings, checked.found)
    if not checked.is_accepted:
        raise typer.Exit(ExitCode.REFUSED)


def _print_findings(file: Path, findings: Sequence[Finding], found: int) -> None:
    print_table(f"{file.name} is not accepted", ("row", "column", "what is wrong", "found"), findings)
    if found > len(findings):
        hint(f"{found - len(findings):,} more findings are not shown.")


def _line(catalogue: Catalogue, line: WantedLine) -> dict[str, object]:
    """A line in the words of the API."""
    return {
        "product_id": wire_id("product", line.product_id),
        "denomination": {"amount": line.denomination_minor, "currency": _unit(catalogue, line)},
        "quantity": line.quantity,
    }


def _print_lines(title: str, lines: Sequence[WantedLine], catalogue: Catalogue) -> None:
    rows = [
        (
            number,
            catalogue.products[each.product_id].code,
            f"{format_minor(each.denomination_minor, unit := _unit(catalogue, each))} {unit}",
            f"{each.quantity:,}",
        )
        for number, each in enumerate(lines, 1)
    ]
    print_table(title, ("line", "product", "face", "cards"), rows)


def _unit(catalogue: Catalogue, line: WantedLine) -> str:
    return catalogue.programmes[catalogue.products[line.product_id].programme_id].unit
