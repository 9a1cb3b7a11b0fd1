"""``florin merchant``: add merchants, suspend them, let them work again, and list them."""

from typing import Annotated

import typer

from florin.clearing.configuration.add_merchant import AddMerchant, add_merchant
from florin.clearing.configuration.suspend_merchant import resume_merchant, suspend_merchant
from florin.cli.configuration import change_configuration, merchant_of, read_configuration
from florin.cli.configuration_views import view_of
from florin.cli.printing import AsJson, print_json, print_table
from florin.domain.identifiers import wire_id
from florin.domain.programme import Merchant

app = typer.Typer(help="Merchants: the shops that sell and accept cards.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="Short name for commands, such as mill-lane.")]


@app.command()
def add(code: Code, name: Annotated[str, typer.Argument(help="Name for people.")], as_json: AsJson = False) -> None:
    """Add a merchant; `florin network set` lets it sell and accept a programme's cards."""
    command = AddMerchant(code, name)
    _show(change_configuration(lambda change: add_merchant(change, command)), as_json=as_json)


@app.command()
def suspend(code: Code, as_json: AsJson = False) -> None:
    """Stop everything at a merchant's tills, at once."""
    changed = change_configuration(lambda change: suspend_merchant(change, merchant_of(change.catalogue, code).id))
    _show(changed, as_json=as_json)


@app.command()
def resume(code: Code, as_json: AsJson = False) -> None:
    """Let a suspended merchant work again."""
    changed = change_configuration(lambda change: resume_merchant(change, merchant_of(change.catalogue, code).id))
    _show(changed, as_json=as_json)


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List all merchants."""
    merchants = list(read_configuration().merchants.values())
    if as_json:
        print_json([view_of(each) for each in merchants])
    else:
        _print(merchants)


def _show(merchant: Merchant, *, as_json: bool) -> None:
    if as_json:
        print_json(view_of(merchant))
    else:
        _print([merchant])


def _print(merchants: list[Merchant]) -> None:
    rows = [(each.code, each.name, each.status, wire_id("merchant", each.id)) for each in merchants]
    print_table("Merchants", ("code", "name", "status", "id"), rows)
