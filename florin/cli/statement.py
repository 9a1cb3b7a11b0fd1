"""``florin statement``: files of banks and payment providers, taken in and looked at."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from florin.clearing.answers import Json
from florin.clearing.house import ClearingHouse
from florin.cli.desk import As
from florin.cli.exit_codes import ExitCode
from florin.cli.new_file import OWNER_ONLY, new_file
from florin.cli.order_desk import act, asks, id_of
from florin.cli.plain_words import words
from florin.cli.printing import AsJson, Form, hint, say
from florin.cli.progress import progress
from florin.cli.running import accepted
from florin.cli.slips import named
from florin.domain.declines import Decline
from florin.domain.money import format_minor
from florin.domain.paging import MAX_LIMIT
from florin.domain.people import Actor
from florin.domain.statement_file import FileFormat, FileState
from florin.reconciliation.read_statements import (
    counterparty_named,
    file_with_statements,
    files_page,
    lines_page,
    raw_parts,
    read_statement_file,
)
from florin.reconciliation.statement_views import file_view
from florin.reconciliation.take_in import hand_in, hand_in_again, read_received
from florin.storage.reconciliation.statement_files import StatementFile

app = typer.Typer(
    help="Statements: files of banks and payment providers, taken in whole or kept apart.", no_args_is_help=True
)

Named = Annotated[str, typer.Argument(metavar="FILE", help="Id of the file (stf_...).")]
OfDay = Annotated[
    datetime | None, typer.Option("--day", formats=["%Y-%m-%d"], help="Of which day it is, where it does not tell.")
]

_FILES: Final = Form(
    "Statement files",
    ("given", "name", "format", "state", "statements", "lines", "what is wrong", "file"),
    lambda view: (
        view["given_at"][:10],
        view["name"],
        view["format"],
        words(view["state"]),
        view["statements"],
        view["lines"],
        _wrong(view["problem"]),
        view["id"],
    ),
)
_STATEMENTS: Final = Form(
    "Its statements",
    ("from", "to", "number", "opening", "in", "out", "closing", "", "lines"),
    lambda view: (
        view["from"],
        view["to"],
        view["sequence"] or view["reference"],
        *(_money(view[each]) for each in ("opening", "in", "out", "closing")),
        view["in"]["currency"],
        view["lines"],
    ),
)
_LINES: Final = Form(
    "Lines",
    ("line", "booked", "kind", "amount", "fee", "", "our reference", "theirs", "payout", "text"),
    lambda view: (
        view["line_number"],
        view["booked_on"],
        words(view["kind"]),
        ("-" if view["direction"] == "out" else "") + _money(view["amount"]),
        _money(view["fee"]),
        view["amount"]["currency"],
        view["key"],
        view["other_key"],
        view["payout_key"],
        view["text"],
    ),
)


@app.command("take-in")
def take_in(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The file as it came.")],
    counterparty: Annotated[str, typer.Option(help="Short name of the counterparty that has sent it.")],
    as_user: As,
    form: Annotated[
        FileFormat | None, typer.Option("--format", help="Its format, where the counterparty sends several.")
    ] = None,
    day: OfDay = None,
    as_json: AsJson = False,
) -> None:
    """Take in a file: whole, or not at all. The same bytes twice are the same file.

    Ends with 0 when it was taken in, 2 when it is kept apart; then the table says why.
    """

    async def step(house: ClearingHouse, actor: Actor) -> StatementFile | Decline:
        known = accepted(await counterparty_named(house, actor, counterparty))
        wanted = form or min(known.terms.formats)
        with file.open("rb") as stream, named("--format"):
            kept = await hand_in(house, actor, known.id, wanted, file.name, stream, _now(), _day(day))
        return await _read(house, accepted(kept))

    _told(act(as_user, step), as_json=as_json)


@app.command("read-again")
def read_once_more(
    file: Named,
    as_user: As,
    form: Annotated[FileFormat | None, typer.Option("--format", help="As which format, if another.")] = None,
    day: OfDay = None,
    as_json: AsJson = False,
) -> None:
    """Read a file once more that was kept apart, when the counterparty's terms have changed."""
    file_id = id_of("statement_file", file)

    async def step(house: ClearingHouse, actor: Actor) -> StatementFile | Decline:
        return await _read(house, accepted(await hand_in_again(house, actor, file_id, form, _day(day), _now())))

    _told(act(as_user, step), as_json=as_json)


@app.command("list")
def list_all(
    as_user: As,
    counterparty: Annotated[str | None, typer.Option(help="Short name of the counterparty.")] = None,
    state: Annotated[FileState | None, typer.Option(help="Where they stand.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT, help="How many at most.")] = MAX_LIMIT,
    as_json: AsJson = False,
) -> None:
    """List files, the latest first."""

    async def step(house: ClearingHouse, actor: Actor) -> tuple[StatementFile, ...] | Decline:
        whose = None
        if counterparty is not None:
            whose = accepted(await counterparty_named(house, actor, counterparty)).id
        return accepted(await files_page(house, actor, whose, state, None, limit)).items

    _FILES.show_all([file_view(each) for each in act(as_user, step)], as_json=as_json)


@app.command()
def show(file: Named, as_user: As, as_json: AsJson = False) -> None:
    """Show a file and its statements."""
    file_id = id_of("statement_file", file)
    view = asks(as_user, file_with_statements, file_id)
    _FILES.show(view, as_json=as_json)
    if not as_json and view["first_statements"]:
        _STATEMENTS.show_all(view["first_statements"], as_json=False)


@app.command()
def lines(
    file: Named,
    as_user: As,
    after: Annotated[int, typer.Option(min=0, help="How many lines to pass over.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT, help="How many at most.")] = MAX_LIMIT,
    as_json: AsJson = False,
) -> None:
    """Show lines of a file in the order in which it has them."""
    file_id = id_of("statement_file", file)

    async def step(house: ClearingHouse, actor: Actor) -> tuple[Json, ...] | Decline:
        return accepted(await lines_page(house, actor, file_id, after, limit)).items

    _LINES.show_all(act(as_user, step), as_json=as_json)


@app.command()
def fetch(
    file: Named,
    out: Annotated[Path, typer.Option(help="Where it is written; nothing may be there.")],
    as_user: As,
) -> None:
    """Write a file as it came."""
    file_id = id_of("statement_file", file)
    with new_file(out, OWNER_ONLY) as written:

        async def step(house: ClearingHouse, actor: Actor) -> StatementFile | Decline:
            found = accepted(await read_statement_file(house, actor, file_id))
            async for part in raw_parts(house, found):
                written.write(part)
            return found

        act(as_user, step)
    say(f"Written: {out}")


async def _read(house: ClearingHouse, file: StatementFile) -> StatementFile:
    """What a file has become, read now if nobody has read it yet."""
    with progress("Reading") as advance:
        return await read_received(house, file.id, _now(), advance) or file


def _told(file: StatementFile, *, as_json: bool) -> None:
    _FILES.show(file_view(file), as_json=as_json)
    if file.state is FileState.QUARANTINED:
        if not as_json:
            hint("The file is kept apart whole: none of its lines counts.")
        raise typer.Exit(ExitCode.REFUSED)


def _wrong(problem: dict[str, Any] | None) -> str:
    if problem is None:
        return ""
    where = "" if problem["line"] is None else f"line {problem['line']}: "
    return f"{where}{problem['detail']} ({problem['code']})"


def _money(money: dict[str, Any] | None) -> str:
    return "" if money is None else format_minor(money["amount"], money["currency"])


def _day(day: datetime | None) -> date | None:
    return None if day is None else day.date()


def _now() -> datetime:
    return datetime.now(UTC)
