"""``florin demo``: drive the running service as shops and customers would, and compare its book with their notes."""

from typing import Annotated, Final

import httpx
import typer

from florin.cli.demo_sheet import read_demo_sheet
from florin.cli.demonstration.http_client import UnexpectedAnswer
from florin.cli.demonstration.outcome import print_outcome
from florin.cli.demonstration.play import Size, play
from florin.cli.exit_codes import ExitCode, Refusal
from florin.cli.printing import AsJson, print_json
from florin.cli.running import read_settings, run

app = typer.Typer()

_PATIENCE_S: Final = 10


@app.command()
def command(
    cards: Annotated[int, typer.Option(min=50, max=100_000, help="Gift cards to issue and sell.")] = 2000,
    company_cards: Annotated[int, typer.Option(min=0, max=100_000, help="Cards that a company orders.")] = 2000,
    members: Annotated[int, typer.Option(min=1, max=10_000, help="Members to register.")] = 200,
    purchases: Annotated[int, typer.Option(min=1, max=1_000_000, help="Operations at the tills.")] = 5000,
    clients: Annotated[int, typer.Option(min=1, max=512, help="Clients at work at once.")] = 32,
    port: Annotated[int | None, typer.Option(help="The service's port on this machine.")] = None,
    seed: Annotated[int, typer.Option(help="Makes the same day again.")] = 20261122,
    as_json: AsJson = False,
) -> None:
    """Issue and sell cards, register members, trade for a day from many clients, and print what came of it."""
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
    if as_json:
        print_json(report.as_json())
    else:
        print_outcome(report.tally, report.comparisons, report.proofs, report.summary)
    if not report.is_green:
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
