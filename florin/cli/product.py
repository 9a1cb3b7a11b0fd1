"""``florin product``: add the card products of a programme and list them."""

from typing import Annotated

import typer

from florin.clearing.configuration.add_product import AddProduct, add_product
from florin.cli.configuration import change_configuration, programme_of, read_amount, read_configuration
from florin.cli.configuration_views import view_of
from florin.cli.printing import AsJson, print_json, print_table
from florin.domain.declines import Decline
from florin.domain.money import format_minor
from florin.domain.programme import Product, ProductKind
from florin.storage.configuration import ConfigurationChange

app = typer.Typer(help="Card products: the kinds of cards that a programme issues.", no_args_is_help=True)


@app.command()
def add(
    programme: Annotated[str, typer.Argument(help="Code of the programme.")],
    code: Annotated[str, typer.Argument(help="Short name for commands, such as gift.")],
    name: Annotated[str, typer.Argument(help="Name for people.")],
    kind: Annotated[ProductKind, typer.Option(help="What its cards are for.")],
    denomination: Annotated[
        list[str], typer.Option(help="A face value in units, ascending; several times for several.")
    ],
    e_code: Annotated[bool, typer.Option("--e-code", help="Its cards also have a 20-character code.")] = False,
    validity_years: Annotated[int | None, typer.Option(help="From activation; the policy decides if absent.")] = None,
    as_json: AsJson = False,
) -> None:
    """Add a card product."""

    async def step(change: ConfigurationChange) -> Product | Decline:
        owner = programme_of(change.catalogue, programme)
        command = AddProduct(
            programme_id=owner.id,
            code=code,
            name=name,
            kind=kind,
            denominations_minor=tuple(read_amount("--denomination", each, owner.unit) for each in denomination),
            has_ecode=e_code,
            validity_years=validity_years,
        )
        return await add_product(change, command)

    added = change_configuration(step)
    if as_json:
        print_json(view_of(added))
    else:
        list_all(programme)


@app.command("list")
def list_all(programme: Annotated[str, typer.Argument(help="Code of the programme.")], as_json: AsJson = False) -> None:
    """List the card products of a programme."""
    catalogue = read_configuration()
    owner = programme_of(catalogue, programme)
    products = [each for each in catalogue.products.values() if each.programme_id == owner.id]
    if as_json:
        print_json([view_of(each) for each in products])
        return
    columns = ("code", "name", "kind", f"denominations ({owner.unit})", "e-code", "years")
    rows = [
        (
            each.code,
            each.name,
            each.kind,
            " ".join(format_minor(face_minor, owner.unit) for face_minor in each.denominations_minor),
            "yes" if each.has_ecode else "no",
            each.validity_years,
        )
        for each in products
    ]
    print_table(f"Products of {owner.name}", columns, rows)
