"""``florin demo-month``: a month of members' lives in a book of its own, and what it held."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import structlog
import typer

from florin.batch.demo_tills import StoryInterrupted
from florin.cli.exit_codes import ExitCode, Refusal
from florin.cli.month.cast import FEWEST
from florin.cli.month.play import ZONE, MonthPlan, grow_month
from florin.cli.month.report import MonthReport, keep_report, kept_report, print_report
from florin.cli.printing import AsJson, hint, print_json
from florin.cli.progress import progress
from florin.cli.running import read_settings, run
from florin.crypto.keyring import Keyring
from florin.settings import Settings

app = typer.Typer()

MEMBERS: Final = 12
SEED: Final = 20261122

_OF_ITS_OWN: Final = dict.fromkeys(("database_url", "owner_database_url", "payment_providers", "mail_host"))
"""What a service has been told to use is not for a book to play with."""


@app.command()
def command(
    members: Annotated[int, typer.Option(min=FEWEST, max=500, help="Members who take part.")] = MEMBERS,
    seed: Annotated[int, typer.Option(help="Makes the same month again.")] = SEED,
    last_day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day of the month; two days ago if absent.")
    ] = None,
    directory: Annotated[
        Path | None, typer.Option("--dir", help="Where its book is made; `month` in the data directory if absent.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Play a month of members' lives, day by day, in a book of its own, and print what it held.

    A month that was played is kept, and shown when it is asked for again.
    """
    plan = usual_month(seed, members)
    if last_day is not None:
        if last_day.date() > plan.last_day:
            raise Refusal(f"{last_day:%Y-%m-%d} is not over: a month can be played up to {plan.last_day}")
        plan = replace(plan, last_day=last_day.date())
    report, data_dir = month_in(read_settings(), directory, plan)
    if as_json:
        print_json(report.as_json())
    else:
        print_report(report, data_dir)
    if not report.is_green:
        raise typer.Exit(ExitCode.FINDINGS)


def usual_month(seed: int, members: int = MEMBERS) -> MonthPlan:
    """The month whose last day was closed yesterday."""
    return MonthPlan(members, seed, datetime.now(ZONE).date() - timedelta(days=2))


def month_in(settings: Settings, directory: Path | None, plan: MonthPlan) -> tuple[MonthReport, Path]:
    """The month that was played in a directory, or else one that is played there now, and the directory.

    Raises:
        Refusal: somebody is at it, or it was interrupted; or a verb refused what the story needs.
    """
    data_dir = (directory or settings.data_dir / "month").absolute()
    kept = kept_report(data_dir)
    if kept is not None:
        hint(f"This month was played before; remove {data_dir} to play another.")
        return kept, data_dir
    if data_dir.exists() and any(data_dir.iterdir()):
        raise Refusal(
            f"{data_dir} holds a month that is being played or was interrupted, or something else: if nobody is at it, "
            "remove the directory and start again, or name another one with --dir"
        )
    of_month = settings.model_copy(
        update={**_OF_ITS_OWN, "data_dir": data_dir, "keyring_path": data_dir / "keyring.json"}
    )
    Keyring.create(of_month.keyring_path)
    try:
        report = run(_played(of_month, plan))
    except StoryInterrupted as error:
        raise Refusal(f"the month in {data_dir} came to an end: {error}") from None
    keep_report(data_dir, report)
    return report, data_dir


async def _played(settings: Settings, plan: MonthPlan) -> MonthReport:
    # What the log warns of, a payment of another amount for one, belongs to the story.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with progress("the days go by") as advance:
        return await grow_month(settings, plan, advance)
