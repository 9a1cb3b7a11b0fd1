"""``florin close-day``: close, prove and seal the business days of a programme."""

from datetime import datetime, timedelta
from typing import Annotated

import typer

from florin.cli.configuration import programme_of, this_machine
from florin.cli.exit_codes import ExitCode, Refusal
from florin.cli.opening import open_database
from florin.cli.printing import AsJson, print_json, print_table, say
from florin.cli.running import declined, read_settings, run
from florin.cli.verify import show_proofs
from florin.domain.declines import Decline
from florin.reconciliation.seal_day import BookNotProvenError, DayClose, DayNotOverError, close_and_seal
from florin.storage.book.sealing import SealedDay, last_seal
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
    """Close every open day up to one, prove the book and seal them. Run it again after any failure.

    The last seal that it prints is to be kept where whoever can change the database cannot change it.
    """
    try:
        done, last = run(_close(programme, date))
    except DayNotOverError as error:
        raise Refusal(f"{declined(Decline.DAY_NOT_OVER)} {error}.", ExitCode.DECLINED) from None
    except BookNotProvenError as error:
        show_proofs(error.report, as_json=as_json)
        raise Refusal(str(error), ExitCode.FINDINGS) from None
    if as_json:
        _print_json(programme, done, last)
    else:
        _show(programme, done, last)


async def _close(code: str, date: datetime | None) -> tuple[DayClose, SealedDay | None]:
    author = this_machine()
    async with open_database(read_settings()) as pool:
        programme = programme_of(await read_catalogue(pool), code)
        day = programme.business_date(author.now) - timedelta(days=1) if date is None else date.date()
        done = await close_and_seal(pool, programme, day, author)
        return done, await last_seal(pool, programme.id)


def _print_json(code: str, done: DayClose, last: SealedDay | None) -> None:
    sealed = [{"date": each.business_date, "transfers": each.transfers, "seal": each.seal} for each in done.sealed]
    print_json({"closed": done.closed, "sealed": sealed, "last_seal": last and _facts(code, last)})


def _show(code: str, done: DayClose, last: SealedDay | None) -> None:
    if done.sealed:
        rows = [(each.business_date, each.transfers, each.seal.hex()) for each in done.sealed]
        print_table("Sealed days", ("date", "transfers", "seal"), rows)
    else:
        say("No day up to that one is left to be closed or sealed.")
    if last is None:
        return
    say("Keep this seal outside this machine and its backups; docs/runbook.md tells what it proves.")
    for name, value in _facts(code, last).items():
        say(f"{name:<13}  {value.hex() if isinstance(value, bytes) else value}")


def _facts(code: str, day: SealedDay) -> dict[str, object]:
    return {
        "programme": code,
        "date": day.business_date,
        "transfers": day.transfers,
        "merkle_root": day.merkle_root,
        "previous_seal": day.previous_seal,
        "seal": day.seal,
    }
