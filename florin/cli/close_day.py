"""``florin close-day``: close, prove and seal the business days of a programme."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from florin.cli.configuration import programme_of
from florin.cli.exit_codes import ExitCode, Refusal
from florin.cli.opening import open_database
from florin.cli.printing import AsJson, print_json, print_table, say
from florin.cli.running import read_settings, run
from florin.cli.verify import show_proofs
from florin.reconciliation.seal_day import BookNotProvenError, DayClose, DayNotOverError, close_and_seal
from florin.storage.catalogue import read_catalogue

app = typer.Typer()


@app.command()
def close_day(
    programme: Annotated[str, typer.Argument(help="Code of the programme.")],
    date: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day to close; the last one that is over if absent."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Close every open day up to one, prove the book and seal them. Run it again after any failure."""
    try:
        done = run(_close(programme, date))
    except DayNotOverError as error:
        raise Refusal(str(error)) from None
    except BookNotProvenError as error:
        show_proofs(error.report, as_json=as_json)
        raise Refusal(str(error), ExitCode.FINDINGS) from None
    _show(done, as_json=as_json)


async def _close(code: str, date: datetime | None) -> DayClose:
    now = datetime.now(UTC)
    async with open_database(read_settings()) as pool:
        programme = programme_of(await read_catalogue(pool), code)
        day = programme.business_date(now) - timedelta(days=1) if date is None else date.date()
        return await close_and_seal(pool, programme, day, now)


def _show(done: DayClose, *, as_json: bool) -> None:
    if as_json:
        sealed = [{"date": each.business_date, "transfers": each.transfers, "seal": each.seal} for each in done.sealed]
        print_json({"closed": done.closed, "sealed": sealed})
        return
    if not done.sealed:
        say("No day up to that one is left to be closed or sealed.")
        return
    rows = [(each.business_date, each.transfers, each.seal.hex()) for each in done.sealed]
    print_table("Sealed days", ("date", "transfers", "seal"), rows)
