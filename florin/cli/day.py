"""``florin day``: how the close of a day stands, by which terms days are closed, and what people decide about it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer

from florin.clearing.house import ClearingHouse
from florin.cli import day_reopening as reopening
from florin.cli import day_reports as kept
from florin.cli.checklist_shown import checklist_json, show_checklist
from florin.cli.configuration import programme_of, read_amount, this_machine
from florin.cli.day_reports import Code, LastDay
from florin.cli.desk import As
from florin.cli.exit_codes import Refusal
from florin.cli.order_desk import act
from florin.cli.printing import AsJson, print_json, print_table
from florin.cli.report import last_day_of, with_programme
from florin.cli.running import accepted
from florin.cli.slips import Reason, named
from florin.domain.day_close import Checklist, DayCloseTerms
from florin.domain.declines import Decline
from florin.domain.money import format_minor
from florin.domain.people import Actor
from florin.domain.programme import Programme
from florin.reconciliation.day_close.go_on_without import GoOnWithout, go_on_without
from florin.reconciliation.day_close.views import terms_view
from florin.reconciliation.read_statements import counterparty_named
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import Pool
from florin.storage.day_close.checklists import read_checklist
from florin.storage.day_close.terms import day_close_terms_of, set_day_close_terms

app = typer.Typer(
    help="The close of a day: how it stands, its terms, what people decide about it, and its reports.",
    no_args_is_help=True,
)

_NONE: Final = "none"


@app.command()
def show(programme: Code, date: LastDay = None, as_json: AsJson = False) -> None:
    """Show the checklist of a day: how far its close has come, what is in its way, and what to do about it."""

    async def step(pool: Pool, found: Programme, now: datetime) -> Checklist:
        return await read_checklist(pool, found.id, last_day_of(found, date, now))

    _show(programme, with_programme(programme, step), as_json=as_json)


@app.command()
def terms(
    programme: Code,
    closes_itself: Annotated[
        bool | None, typer.Option("--by-itself/--by-hand", help="Whether the service closes days by itself.")
    ] = None,
    minutes_after_cut_off: Annotated[
        int | None, typer.Option(help="How long after the end of a day; 600 is ten hours.")
    ] = None,
    break_limit: Annotated[
        str | None, typer.Option(help="What open breaks may come to together, such as 100.00; none: any sum.")
    ] = None,
    break_limit_days: Annotated[
        str | None, typer.Option(help="How old one may be, in banking days; none: any age.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show by which terms a programme closes its days, or change those that are named, from the next close on."""
    given: dict[str, Any] = {}
    if closes_itself is not None:
        given["closes_itself"] = closes_itself
    if minutes_after_cut_off is not None:
        given["minutes_after_cut_off"] = minutes_after_cut_off
    if break_limit_days is not None:
        given["break_limit_days"] = _days(break_limit_days)

    async def shown_or_changed(pool: Pool, found: Programme, _: datetime) -> tuple[DayCloseTerms, str]:
        if break_limit is not None:
            given["break_limit_minor"] = _minor(break_limit, found.unit)
        with named("the terms"):
            wanted = replace(await day_close_terms_of(pool, found.id), **given)
        if given:
            await set_day_close_terms(pool, found.id, wanted, this_machine())
        return wanted, found.unit

    _show_terms(programme, *with_programme(programme, shown_or_changed), as_json=as_json)


@app.command("go-on-without")
def go_on(
    programme: Code,
    counterparty: Annotated[str, typer.Argument(help="Short name of the bank account or provider.")],
    date: reopening.WhichDay,
    reason: Annotated[str, Reason],
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Say that the close does not wait for a file: it is on record, and the missing file becomes a break."""

    async def step(house: ClearingHouse, actor: Actor) -> Checklist | Decline:
        found = programme_of(await read_catalogue(house.pool), programme)
        whose = accepted(await counterparty_named(house, actor, counterparty))
        command = GoOnWithout(found.id, date.date(), whose.id, reason)
        return await go_on_without(house, actor, command, datetime.now(UTC))

    _show(programme, act(as_user, step), as_json=as_json)


app.command("propose-reopening")(reopening.propose)
app.command("approve-reopening")(reopening.approve)
app.command("refuse-reopening")(reopening.refuse)
app.command("reopenings")(reopening.list_all)
app.command("reports")(kept.list_all)
app.command("report")(kept.fetch)


def _show(programme: str, checklist: Checklist, *, as_json: bool) -> None:
    if as_json:
        print_json(checklist_json(checklist))
    else:
        show_checklist(programme, checklist)


def _show_terms(programme: str, found: DayCloseTerms, unit: str, *, as_json: bool) -> None:
    if as_json:
        print_json(terms_view(found))
        return
    sum_minor, days = found.break_limit_minor, found.break_limit_days
    rows = [
        ("closes by itself", found.closes_itself),
        ("minutes after the cut-off", found.minutes_after_cut_off),
        ("open breaks come to", "any sum" if sum_minor is None else f"{format_minor(sum_minor, unit)} {unit} at most"),
        ("and are", "of any age" if days is None else f"{days} banking days old at most"),
    ]
    print_table(f"Close of the days of {programme}", ("term", "value"), rows)


def _minor(text: str, unit: str) -> int | None:
    return None if text == _NONE else read_amount("--break-limit", text, unit, may_be_zero=True)


def _days(text: str) -> int | None:
    if text == _NONE:
        return None
    if not (text.isascii() and text.isdecimal()):
        raise Refusal(f"--break-limit-days: {text} is neither a number of days nor {_NONE}")
    return int(text)
