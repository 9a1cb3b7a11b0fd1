"""``florin key``: issue the API keys of tills and operators, revoke them, and list them."""

from typing import Annotated, Any

import typer

from florin.clearing.configuration.issue_api_key import IssueApiKey, IssuedKey, issue_api_key
from florin.clearing.configuration.revoke_api_key import revoke_api_key
from florin.cli.configuration import change_configuration, merchant_of, read_configuration
from florin.cli.exit_codes import Refusal
from florin.cli.printing import AsJson, print_json, print_table, say
from florin.domain.declines import Decline
from florin.domain.identifiers import parse_id, wire_id
from florin.domain.programme import ApiKey
from florin.domain.scopes import OPERATOR_SCOPES, TILL_SCOPES
from florin.storage.catalogue import Catalogue
from florin.storage.configuration import ConfigurationChange

app = typer.Typer(help="API keys: what machines call the service with.", no_args_is_help=True)


@app.command()
def issue(
    name: Annotated[str, typer.Argument(help="What the key is for, such as 'Mill Lane tills'.")],
    merchant: Annotated[str | None, typer.Option(help="Code of the merchant; an operator's key without.")] = None,
    terminal: Annotated[str | None, typer.Option(help="Code of the one till that it is for.")] = None,
    scope: Annotated[list[str] | None, typer.Option(help="One permission; all of its kind without any.")] = None,
    as_json: AsJson = False,
) -> None:
    """Issue a key and show its token, this once: it is kept nowhere."""
    if terminal is not None and merchant is None:
        raise Refusal("--terminal needs --merchant: a till belongs to a merchant")

    async def step(change: ConfigurationChange) -> IssuedKey | Decline:
        owner = None if merchant is None else merchant_of(change.catalogue, merchant)
        terminals = change.catalogue.terminals.values()
        till = next(
            (each for each in terminals if owner and each.merchant_id == owner.id and each.code == terminal), None
        )
        if terminal is not None and till is None:
            return Decline.TERMINAL_NOT_FOUND
        command = IssueApiKey(
            name=name,
            scopes=scope or (OPERATOR_SCOPES if owner is None else TILL_SCOPES),
            merchant_id=None if owner is None else owner.id,
            terminal_id=None if till is None else till.id,
        )
        return await issue_api_key(change, command)

    issued = change_configuration(step)
    if as_json:
        place = {"merchant": merchant, "terminal": terminal, "scopes": sorted(issued.key.scopes)}
        print_json({"id": wire_id("api_key", issued.key.id), "name": name, **place, "token": issued.token})
        return
    say(f"{wire_id('api_key', issued.key.id)} may: {', '.join(sorted(issued.key.scopes))}")
    say(f"Its token, shown this once: {issued.token}")


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(help="The key's id: key_ and 32 digits.")], as_json: AsJson = False
) -> None:
    """Revoke a key for good; a running service refuses it within a second."""
    try:
        wanted = parse_id("api_key", key_id)
    except ValueError as error:
        raise Refusal(f"{key_id} is {error}") from None
    key = change_configuration(lambda change: revoke_api_key(change, wanted))
    if as_json:
        print_json({"id": wire_id("api_key", key.id), "name": key.name, "status": "revoked"})
    else:
        say(f"{key.name} is revoked.")


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List the keys in use, without their tokens."""
    catalogue = read_configuration()
    keys = [_view(catalogue, each) for each in catalogue.keys_by_id.values()]
    if as_json:
        print_json(keys)
        return
    rows = [(each["name"], each["merchant"], each["terminal"], " ".join(each["scopes"]), each["id"]) for each in keys]
    print_table("API keys", ("name", "merchant", "terminal", "scopes", "id"), rows)


def _view(catalogue: Catalogue, key: ApiKey) -> dict[str, Any]:
    return {
        "id": wire_id("api_key", key.id),
        "name": key.name,
        "merchant": None if key.merchant_id is None else catalogue.merchants[key.merchant_id].code,
        "terminal": None if key.terminal_id is None else catalogue.terminals[key.terminal_id].code,
        "scopes": sorted(key.scopes),
    }
