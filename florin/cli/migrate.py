"""``florin migrate``: bring the database's schema to what this version expects."""

import typer

from florin.cli.exit_codes import Refusal
from florin.cli.opening import located_database
from florin.cli.printing import AsJson, print_json, say
from florin.cli.running import read_settings, run
from florin.settings import Settings
from florin.storage.connect import connect, require_address
from florin.storage.migrate import migrate
from florin.storage.schema import SchemaState, schema_state

app = typer.Typer()


@app.command()
def migrate_database(as_json: AsJson = False) -> None:
    """Bring the schema up to date: on the embedded server, or on FLORIN_DATABASE_URL as its owner."""
    state = run(_migrate(read_settings()))
    if as_json:
        print_json({"revision": state.current})
    else:
        say(f"The database stands on revision {state.current}.")


async def _migrate(settings: Settings) -> SchemaState:
    with located_database(settings) as address:
        if address.embedded is None:
            if settings.owner_database_url is None:
                raise Refusal("FLORIN_OWNER_DATABASE_URL is missing")
            owner_url = settings.owner_database_url.get_secret_value()
            require_address("FLORIN_OWNER_DATABASE_URL", owner_url)
            migrate(owner_url, service_url=address.service_url)
        async with await connect(address.service_url, settings) as connection:
            return await schema_state(connection)
