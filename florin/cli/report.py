"""``florin report``: any report of any business day, printed or written to a file."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum, auto
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer

from florin.cli.configuration import programme_of
from florin.cli.exit_codes import ExitCode, Refusal
from florin.cli.new_file import new_file
from florin.cli.opening import open_database
from florin.cli.printing import AsJson, complain, print_json, print_table, say
from florin.cli.running import read_settings, run
from florin.documents.report_cells import check_row, told
from florin.documents.report_json import report_json, report_value
from florin.domain.programme import Programme
from florin.domain.report import Report, Section, words
from florin.reconciliation.reports.asked import ReportName
from florin.reconciliation.reports.registry import REPORTS, kinds_view, read_report
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import Pool

app = typer.Typer()

_ONE_DAY: Final = timedelta(days=1)

Result = TypeVar("Result")


class ReportForm(StrEnum):
    """As what a report is shown."""

    TABLE = auto()
    JSON = auto()
    XLSX = auto()
    PDF = auto()


OfProgramme = Annotated[str, typer.Option("--programme", help="Code of the programme.")]
OnDay = Annotated[
    datetime | None,
    typer.Option(
        "--through", "--as-of", "--to", formats=["%Y-%m-%d"], help="The last day that counts; yesterday's if absent."
    ),
]
FromDay = Annotated[
    datetime | None, typer.Option("--since", "--from", formats=["%Y-%m-%d"], help="The first day that counts.")
]


@app.command()
def report(
    name: Annotated[ReportName | None, typer.Argument(help="Which report; without it they are listed.")] = None,
    programme: Annotated[str | None, typer.Option(help="Code of the programme.")] = None,
    through: OnDay = None,
    since: FromDay = None,
    form: Annotated[ReportForm, typer.Option(help="As what it is shown or written.")] = ReportForm.TABLE,
    out: Annotated[Path | None, typer.Option(help="A new file for it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a report, or write it to a file. Ends with 4 when one of its checks does not hold.

    The quarterly report is about the quarter in which the last day lies.
    """
    if name is None:
        _list(as_json=as_json)
        return
    if programme is None:
        raise Refusal("--programme: whose report?")
    wanted = ReportForm.JSON if as_json else form
    if out is None and wanted in _WRITERS:
        raise Refusal(f"--out: where is the {wanted} to go?")
    made = _read(name, programme, since, through)
    if out is None:
        _show(made, as_json=wanted is ReportForm.JSON)
    else:
        write = report_json if wanted in (ReportForm.JSON, ReportForm.TABLE) else _WRITERS[wanted]
        with new_file(out) as file:
            file.write(write(made))
        say(f"Written: {out}")
    if not made.holds:
        complain("a check does not hold: run florin verify")
        raise typer.Exit(ExitCode.FINDINGS)


def _list(*, as_json: bool) -> None:
    kinds = kinds_view()
    if as_json:
        print_json(kinds)
        return
    rows = [(each["name"], each["says"], each["span"], each["each_day"]) for each in kinds]
    print_table("Reports", ("name", "what it tells", "span", "kept each day"), rows)


def with_programme(code: str, step: Callable[[Pool, Programme, datetime], Awaitable[Result]]) -> Result:
    """Do something with the database and the programme of that code, as of now."""

    async def do() -> Result:
        async with open_database(read_settings()) as pool:
            return await step(pool, programme_of(await read_catalogue(pool), code), datetime.now(UTC))

    return run(do())


def last_day_of(programme: Programme, through: datetime | None, now: datetime) -> date:
    """The last day that counts: as it was said, or the last business day that is over."""
    return programme.business_date(now) - _ONE_DAY if through is None else through.date()


def _read(name: ReportName, code: str, since: datetime | None, through: datetime | None) -> Report:
    kind = REPORTS[name]

    async def step(pool: Pool, programme: Programme, now: datetime) -> Report:
        first = None if since is None else since.date()
        return await read_report(pool, kind, kind.asked(programme, first, last_day_of(programme, through, now)))

    return with_programme(code, step)


def _workbook(made: Report) -> bytes:
    # Writing workbooks and pages takes long to import, and most reports are looked at.
    from florin.documents.report_sheet import report_workbook  # noqa: PLC0415 (see above)

    return report_workbook(made)


def _pages(made: Report) -> bytes:
    from florin.documents.report_pages import report_pages  # noqa: PLC0415 (as above)

    return report_pages(made)


_WRITERS: Final[Mapping[ReportForm, Callable[[Report], bytes]]] = {
    ReportForm.XLSX: _workbook,
    ReportForm.PDF: _pages,
}


def _show(made: Report, *, as_json: bool) -> None:
    if as_json:
        print_json(report_value(made))
        return
    days = made.through.isoformat() if made.since is None else f"{made.since} to {made.through}"
    say(f"{made.title}: {made.programme}, {days}")
    for column, cell in made.facts:
        say(f"{column.heading:<28}  {told(column.kind, cell, made.currency)}")
    for section in made.sections:
        _table(section, made.currency)
    if made.checks:
        rows = [check_row(each, made.currency) for each in made.checks]
        print_table("Checks", ("check", "expected", "found", "result"), rows)
    for alarm in made.alarms:
        complain(alarm)
    for note in made.notes:
        say(note)


def _table(section: Section, currency: str) -> None:
    rows = [
        [told(column.kind, cell, currency) for column, cell in zip(section.columns, row, strict=True)]
        for row in (*section.rows, *section.totals)
    ]
    print_table(section.heading, [words(each.name) for each in section.columns], rows)
