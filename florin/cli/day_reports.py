"""The reports that were archived when a day was closed, by command: listed with their digests, and fetched."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from florin.cli.configuration import programme_of
from florin.cli.house import open_house
from florin.cli.new_file import new_file
from florin.cli.printing import AsJson, Form, say
from florin.cli.report import last_day_of, with_programme
from florin.cli.running import accepted, read_settings, run
from florin.domain.programme import Programme
from florin.reconciliation.day_close.archived_report import archived_report
from florin.reconciliation.day_close.views import report_view
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import Pool
from florin.storage.day_close.day_reports import DayReport, reports_of_day

Code = Annotated[str, typer.Argument(metavar="PROGRAMME", help="Code of the programme.")]
LastDay = Annotated[
    datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Which day; the last that is over if absent.")
]

_FORM: Final = Form(
    "Archived reports",
    ("name", "edition", "bytes", "SHA-256"),
    lambda view: (view["name"], view["edition"], view["size_bytes"], view["sha256"]),
)


def list_all(programme: Code, date: LastDay = None, as_json: AsJson = False) -> None:
    """List the reports that were archived when a day was closed, with their digests, the latest edition first."""

    async def step(pool: Pool, found: Programme, now: datetime) -> Sequence[DayReport]:
        return await reports_of_day(pool, found.id, last_day_of(found, date, now))

    _FORM.show_all([report_view(each) for each in with_programme(programme, step)], as_json=as_json)


def fetch(
    programme: Code,
    name: Annotated[str, typer.Argument(help="Name of the report, such as trial_balance.xlsx.")],
    out: Annotated[Path, typer.Option(help="A new file for it.")],
    date: LastDay = None,
    edition: Annotated[int | None, typer.Option(help="Which edition of a reopened day; the latest if absent.")] = None,
) -> None:
    """Fetch a report as it was archived, byte for byte."""

    async def read() -> tuple[DayReport, bytes]:
        async with open_house(read_settings(), existing=True) as house:
            found = programme_of(await read_catalogue(house.clearing.pool), programme)
            day = last_day_of(found, date, datetime.now(UTC))
            return accepted(await archived_report(house.clearing, found.id, day, name, edition))

    with new_file(out) as file:
        report, content = run(read())
        file.write(content)
    say(f"Written: {out}, edition {report.edition}, SHA-256 {report.sha256.hex()}")
