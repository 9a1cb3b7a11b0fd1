"""``florin product``: add the card products of a programme and list them."""

from typing import Annotated

import typer

from florin.clearing.configuration.add_product import AddProduct, add_product
from florin.clearing.configuration.set_trial_card import SetTrialCard, TrialCard, set_trial_card
from florin.cli.configuration import (
    change_configuration,
    product_of,
    programme_of,
    read_amount,
    read_configuration,
)
from florin.cli.configuration_views import view_of
from florin.cli.exit_codes import Refusal
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


@app.command("trial")
def set_trial(
    programme: Annotated[str, typer.Argument(help="Code of the programme.")],
    product: Annotated[str, typer.Argument(help="Code of the product.")],
    denomination: Annotated[str | None, typer.Argument(help="Face value in units; none for no trial card.")] = None,
    price: Annotated[str | None, typer.Argument(help="What a member's first card costs, in units.")] = None,
    as_json: AsJson = False,
) -> None:
    """Set which first card of a product costs members less than its face online; without one, none does."""
    if (denomination is None) != (price is None):
        raise Refusal("DENOMINATION and PRICE belong together")

    async def step(change: ConfigurationChange) -> Product | Decline:
        owner = programme_of(change.catalogue, programme)
        chosen = product_of(change.catalogue, owner, product)
        trial = None
        if denomination is not None and price is not None:
            face_minor = read_amount("DENOMINATION", denomination, owner.unit)
            trial = TrialCard(face_minor, read_amount("PRICE", price, owner.unit))
        return await set_trial_card(change, SetTrialCard(owner.id, chosen.id, trial))

    changed = change_configuration(step)
    if as_json:
        print_json(view_of(changed))
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
    columns = ("code", "name", "kind", f"denominations ({owner.unit})", "e-code", "years", "trial card")
    rows = [
        (
            each.code,
            each.name,
            each.kind,
            " ".join(format_minor(face_minor, owner.unit) for face_minor in each.denominations_minor),
            "yes" if each.has_ecode else "no",
            each.validity_years,
            _trial_card(each, owner.unit),
        )
        for each in products
    ]
    print_table(f"Products of {owner.name}", columns, rows)


def _trial_card(product: Product, unit: str) -> str:
    if product.trial_face_minor is None or product.trial_price_minor is None:
        return ""
    return f"{format_minor(product.trial_face_minor, unit)} for {format_minor(product.trial_price_minor, unit)}"
