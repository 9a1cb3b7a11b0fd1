"""``florin export-book``: the whole book as plain-text accounting, for a program that is not ours to prove it."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from florin.cli.new_file import OWNER_ONLY, new_file
from florin.cli.printing import say
from florin.cli.report import OfProgramme, OnDay, last_day_of, with_programme
from florin.domain.programme import Programme
from florin.reconciliation.reports.book_export import BookForm, export_book
from florin.storage.connect import Pool

app = typer.Typer()


@app.command("export-book")
def export(
    programme: OfProgramme,
    out: Annotated[Path, typer.Option(help="A new file for it.")],
    form: Annotated[BookForm, typer.Option(help="Which program is to read it.")] = BookForm.HLEDGER,
    through: OnDay = None,
) -> None:
    """Write the book for Beancount or hledger, with what each account must come to.

    `bean-check FILE` or `hledger check -f FILE` then proves it without Florin.
    """
    with new_file(out, OWNER_ONLY) as file:

        async def step(pool: Pool, found: Programme, now: datetime) -> int:
            return await export_book(pool, found, last_day_of(found, through, now), form, file)

        transfers = with_programme(programme, step)
    say(f"Written: {out}, {transfers} transfers")
