"""``florin demo-code``: what the authenticator of one of the demo's people shows now."""

import time
from typing import Annotated

import typer

from florin.cli.demo_sheet import read_demo_sheet
from florin.cli.exit_codes import Refusal
from florin.cli.running import read_settings
from florin.crypto.totp import STEP_SECONDS, code_at

app = typer.Typer()


@app.command()
def command(user_name: Annotated[str, typer.Argument(help="Of the demo's table of people.")]) -> None:
    """Print a one-time code of somebody of the demo, as an authenticator would show it.

    Each counts once; the next comes within half a minute.
    """
    sheet = read_demo_sheet(read_settings().data_dir)
    people = {} if sheet is None else {each.user_name: each for each in sheet.people}
    if user_name not in people:
        known = ", ".join(people) or "there is no demo in this data directory"
        raise Refusal(f"nobody of the demo is called {user_name}: {known}")
    typer.echo(code_at(people[user_name].totp_secret, int(time.time()) // STEP_SECONDS))
