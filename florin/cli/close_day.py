"""``florin close-day``: go through the close of a programme's business days."""

from datetime import datetime, timedelta
from typing import Annotated

import typer

from florin.cli.checklist_shown import checklist_json, shown_live
from florin.cli.configuration import programme_of, this_machine
from florin.cli.exit_codes import ExitCode, Refusal
from florin.cli.house import open_house
from florin.cli.printing import AsJson, print_json, print_table, say
from florin.cli.running import declined, read_settings, run
from florin.cli.verify import show_proofs
from florin.domain.day_close import StepState
from florin.domain.declines import Decline
from florin.reconciliation.day_close.close_days import Closed, CloseUnderWayError, DayNotOverError, close_through
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
    """Close every open day up to one: proofs, files, matching, breaks, statements, seal and reports.

    Run it again after any failure. The last seal that it prints is to be kept where whoever can change the database
    cannot change it.
    """
    try:
        done, last = run(_close(programme, date, quiet=as_json))
    except DayNotOverError as error:
        raise Refusal(f"{declined(Decline.DAY_NOT_OVER)} {error}.", ExitCode.DECLINED) from None
    except CloseUnderWayError as error:
        raise Refusal(f"{declined(Decline.DAY_CLOSE_UNDER_WAY)} {error}.", ExitCode.DECLINED) from None
    if as_json:
        _print_json(programme, done, last)
    else:
        _show(programme, done, last)
    if done.proofs is not None and not done.proofs.ok:
        if not as_json:
            show_proofs(done.proofs, as_json=False)
        raise Refusal("the book does not prove itself: the day is closed, but not sealed", ExitCode.FINDINGS)
    if done.state is not StepState.DONE:
        day = done.checklists[-1].business_date
        raise Refusal(
            f"the close of {day} is {done.state}: the day takes no posting and is not sealed", ExitCode.DECLINED
        )


async def _close(code: str, date: datetime | None, *, quiet: bool) -> tuple[Closed, SealedDay | None]:
    author = this_machine()
    async with open_house(read_settings(), existing=True) as house:
        programme = programme_of(await read_catalogue(house.clearing.pool), code)
        day = programme.business_date(author.now) - timedelta(days=1) if date is None else date.date()
        with shown_live(code, quiet=quiet) as tell:
            done = await close_through(house.clearing, programme, day, author, on_change=tell)
        return done, await last_seal(house.clearing.pool, programme.id)


def _print_json(code: str, done: Closed, last: SealedDay | None) -> None:
    sealed = [{"date": each.business_date, "transfers": each.transfers, "seal": each.seal} for each in done.sealed]
    lists = [checklist_json(each) for each in done.checklists]
    print_json(
        {
            "state": done.state,
            "closed": done.closed,
            "sealed": sealed,
            "last_seal": last and _facts(code, last),
            "checklists": lists,
        }
    )


def _show(code: str, done: Closed, last: SealedDay | None) -> None:
    if done.sealed:
        rows = [(each.business_date, each.transfers, each.seal.hex()) for each in done.sealed]
        print_table("Sealed days", ("date", "transfers", "seal"), rows)
    elif not done.checklists:
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
