"""``florin terminal``: add the tills of a merchant and list them."""

from typing import Annotated

import typer

from florin.clearing.configuration.add_terminal import AddTerminal, add_terminal
from florin.cli.configuration import change_configuration, merchant_of, read_configuration
from florin.cli.configuration_views import view_of
from florin.cli.printing import AsJson, print_json, print_table
from florin.domain.identifiers import wire_id

app = typer.Typer(help="Terminals: the tills of a merchant.", no_args_is_help=True)

MerchantCode = Annotated[str, typer.Argument(help="Code of the merchant.")]


@app.command()
def add(
    merchant: MerchantCode,
    code: Annotated[str, typer.Argument(help="Name of the till, such as till-1.")],
    as_json: AsJson = False,
) -> None:
    """Add a till."""
    added = change_configuration(
        lambda change: add_terminal(change, AddTerminal(merchant_of(change.catalogue, merchant).id, code))
    )
    if as_json:
        print_json(view_of(added))
    else:
        list_all(merchant)


@app.command("list")
def list_all(merchant: MerchantCode, as_json: AsJson = False) -> None:
    """List the tills of a merchant."""
    catalogue = read_configuration()
    owner = merchant_of(catalogue, merchant)
    tills = [each for each in catalogue.terminals.values() if each.merchant_id == owner.id]
    if as_json:
        print_json([view_of(each) for each in tills])
        return
    rows = [(each.code, each.status, wire_id("terminal", each.id)) for each in tills]
    print_table(f"Terminals of {owner.name}", ("code", "status", "id"), rows)
