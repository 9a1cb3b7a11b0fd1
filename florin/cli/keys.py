"""``florin keys``: make the keyring and rotate its keys. It lies outside the database, in one private file."""

from typing import Annotated

import typer

from florin.cli.printing import AsJson, print_json, print_table, say
from florin.cli.running import read_settings
from florin.crypto.keyring import Keyring, KeyringExists

app = typer.Typer(help="The keyring: what opens card numbers and derives PINs.", no_args_is_help=True)


@app.command()
def create(
    if_missing: Annotated[bool, typer.Option("--if-missing", help="Leave an existing keyring alone.")] = False,
) -> None:
    """Make a new keyring. Keep a copy of the file apart from the database's backups: without it they open nothing."""
    path = read_settings().keyring_path
    try:
        Keyring.create(path)
    except KeyringExists:
        if not if_missing:
            raise
        Keyring.load(path)
        say(f"There is a keyring at {path} already.")
        return
    say(f"A new keyring is at {path}. Keep a copy of it apart from the database's backups.")


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List the keys by id, with the check values that tell them apart and reveal nothing."""
    keyring = Keyring.load(read_settings().keyring_path)
    keys = [_view(keyring, key_id) for key_id in keyring.key_ids]
    if as_json:
        print_json(keys)
        return
    rows = [(each["key"], each["check_value"], _use(each["writes"], each["indexes"])) for each in keys]
    print_table("Keyring", ("key", "check value", "used for"), rows)


@app.command()
def add(as_json: AsJson = False) -> None:
    """Add a key for reading. When every process has started again, `florin keys promote` lets new cards use it."""
    path = read_settings().keyring_path
    key_id = Keyring.add_key(path)
    if as_json:
        print_json(_view(Keyring.load(path), key_id))
        return
    say(f"Key {key_id} is added. Start every process again, then run: florin keys promote {key_id}")


@app.command()
def promote(
    key_id: Annotated[int, typer.Argument(help="A key that `florin keys list` shows.")], as_json: AsJson = False
) -> None:
    """Let new cards and new data use a key that every process knows already."""
    path = read_settings().keyring_path
    Keyring.promote(path, key_id)
    if as_json:
        print_json(_view(Keyring.load(path), key_id))
        return
    say(f"Key {key_id} is used for what is written from each process's next start on.")


def _view(keyring: Keyring, key_id: int) -> dict[str, object]:
    return {
        "key": key_id,
        "check_value": keyring.check_value(key_id),
        "writes": key_id == keyring.writing_key_id,
        "indexes": key_id == keyring.index_key_id,
    }


def _use(writes: object, indexes: object) -> str:
    uses = ["reading", *(["writing"] if writes else []), *(["indexes"] if indexes else [])]
    return ", ".join(uses)
