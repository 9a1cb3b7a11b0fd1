"""``florin network``: say which merchants sell and accept the cards of a programme."""

from typing import Annotated

import typer

from florin.clearing.configuration.set_network import SetNetwork, set_network
from florin.cli.configuration import change_configuration, merchant_of, programme_of, read_configuration
from florin.cli.exit_codes import Refusal
from florin.cli.printing import AsJson, print_json, print_table
from florin.domain.declines import Decline
from florin.storage.configuration import ConfigurationChange

app = typer.Typer(help="The network: where a programme's cards are sold and accepted.", no_args_is_help=True)

ProgrammeCode = Annotated[str, typer.Argument(help="Code of the programme.")]


@app.command("set")
def set_one(
    programme: ProgrammeCode,
    merchant: Annotated[str, typer.Argument(help="Code of the merchant.")],
    accepts: Annotated[bool | None, typer.Option("--accepts/--refuses", help="Whether cards pay there.")] = None,
    sells: Annotated[bool | None, typer.Option("--sells/--sells-not", help="Whether cards are sold there.")] = None,
    as_json: AsJson = False,
) -> None:
    """Set what one merchant does for a programme; what is not named stays as it is."""
    if accepts is None and sells is None:
        raise Refusal("say what is to change: --accepts or --refuses, --sells or --sells-not")

    async def step(change: ConfigurationChange) -> SetNetwork | Decline:
        catalogue = change.catalogue
        pair = programme_of(catalogue, programme).id, merchant_of(catalogue, merchant).id
        command = SetNetwork(
            programme_id=pair[0],
            merchant_id=pair[1],
            accepts=catalogue.accepts(*pair) if accepts is None else accepts,
            sells=catalogue.sells(*pair) if sells is None else sells,
        )
        return await set_network(change, command)

    changed = change_configuration(step)
    if as_json:
        print_json(
            {"programme": programme, "merchant": merchant, "accepts": changed.accepts, "sells": changed.sells},
        )
    else:
        list_all(programme)


@app.command("list")
def list_all(programme: ProgrammeCode, as_json: AsJson = False) -> None:
    """List the merchants of a programme's network."""
    catalogue = read_configuration()
    owner = programme_of(catalogue, programme)
    members: list[dict[str, str | bool]] = [
        {
            "code": each.code,
            "name": each.name,
            "status": each.status,
            "accepts": catalogue.accepts(owner.id, each.id),
            "sells": catalogue.sells(owner.id, each.id),
        }
        for each in catalogue.merchants.values()
        if catalogue.accepts(owner.id, each.id) or catalogue.sells(owner.id, each.id)
    ]
    if as_json:
        print_json(members)
        return
    rows = [[_word(cell) for cell in each.values()] for each in members]
    print_table(f"Network of {owner.name}", ("code", "name", "status", "accepts", "sells"), rows)


def _word(cell: str | bool) -> str:
    return cell if isinstance(cell, str) else ("no", "yes")[cell]
