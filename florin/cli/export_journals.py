"""``florin export-journals``: the journals of a span of days as a table for an ERP."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from florin.cli.new_file import OWNER_ONLY, new_file
from florin.cli.printing import say
from florin.cli.report import FromDay, OfProgramme, OnDay, last_day_of, with_programme
from florin.domain.programme import Programme
from florin.reconciliation.reports.asked import asked_days
from florin.reconciliation.reports.journal_export import write_journals
from florin.storage.connect import Pool

app = typer.Typer()


@app.command("export-journals")
def export(
    programme: OfProgramme,
    out: Annotated[Path, typer.Option(help="A new file for it.")],
    through: OnDay = None,
    since: FromDay = None,
) -> None:
    """Write the journals of some days as CSV: one line a side of each transfer."""
    with new_file(out, OWNER_ONLY) as file:

        async def step(pool: Pool, found: Programme, now: datetime) -> int:
            first = None if since is None else since.date()
            return await write_journals(pool, asked_days(found, first, last_day_of(found, through, now)), file)

        lines = with_programme(programme, step)
    say(f"Written: {out}, {lines} lines")
