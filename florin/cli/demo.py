"""``florin demo``: drive the running service as shops and customers would, and compare its book with their notes.

Then a month of members' lives, in a book of its own: time there passes faster than a service that is at work can bear.
"""

from typing import Annotated, Final

import httpx
import typer

from florin.cli.demo_month import month_in, usual_month
from florin.cli.demo_sheet import read_demo_sheet
from florin.cli.demonstration.http_client import UnexpectedAnswer
from florin.cli.demonstration.outcome import print_outcome
from florin.cli.demonstration.play import Size, play
from florin.cli.exit_codes import ExitCode, Refusal
from florin.cli.month.report import print_report
from florin.cli.printing import AsJson, print_json
from florin.cli.running import read_settings, run

app = typer.Typer()

_PATIENCE_S: Final = 10


@app.command()
def command(  # noqa: PLR0913, PLR0917 (each is one option of the command)
    cards: Annotated[int, typer.Option(min=50, max=100_000, help="Gift cards to issue and sell.")] = 2000,
    company_cards: Annotated[int, typer.Option(min=0, max=100_000, help="Cards that a company orders.")] = 2000,
    members: Annotated[int, typer.Option(min=1, max=10_000, help="Members to register.")] = 200,
    purchases: Annotated[int, typer.Option(min=1, max=1_000_000, help="Operations at the tills.")] = 5000,
    clients: Annotated[int, typer.Option(min=1, max=512, help="Clients at work at once.")] = 32,
    port: Annotated[int | None, typer.Option(help="The service's port on this machine.")] = None,
    seed: Annotated[int, typer.Option(help="Makes the same day again.")] = 20261122,
    month: Annotated[bool, typer.Option(help="Play a month of members' lives, too.")] = True,
    as_json: AsJson = False,
) -> None:
    """Issue and sell cards, register members, trade for a day from many clients, and print what came of it.

    Then play a month of members' lives, as `florin demo-month` does, in a book of its own.
    """
    settings = read_settings()
    address = f"http://{settings.host}:{port or settings.port}"
    _require_service(address)
    sheet = read_demo_sheet(settings.data_dir)
    if sheet is None:
        raise Refusal(
            f"there is no demo programme in {settings.data_dir}: start the service with `make run`, and name its data "
            "directory with FLORIN_DATA_DIR if it has one of its own"
        )
    size = Size(cards, company_cards, members, purchases, clients, seed)
    try:
        report = run(play(address, sheet, size))
    except (UnexpectedAnswer, httpx.TransportError) as error:
        raise Refusal(f"the demonstration at {address} ended: {str(error) or type(error).__name__}") from None
    if not as_json:
        print_outcome(report.tally, report.comparisons, report.proofs, report.summary)
    lived, data_dir = month_in(settings, None, usual_month(seed)) if month else (None, None)
    if as_json:
        print_json({**report.as_json(), "month": None if lived is None else lived.as_json()})
    elif lived is not None and data_dir is not None:
        print_report(lived, data_dir)
    if not report.is_green or (lived is not None and not lived.is_green):
        raise typer.Exit(ExitCode.FINDINGS)


def _require_service(address: str) -> None:
    """Ask once before anything is prepared: what is asked later is asked again and again for a while."""
    try:
        httpx.get(f"{address}/healthz", timeout=_PATIENCE_S, trust_env=False)
    except httpx.TransportError:
        raise Refusal(
            f"no service answers at {address}: start it with `make run`, or name its port with --port",
            ExitCode.UNAVAILABLE,
        ) from None
