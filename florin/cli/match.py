"""``florin match``: the book matched with the statements of banks and providers."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from florin.clearing.house import ClearingHouse
from florin.cli.configuration import programme_of
from florin.cli.desk import As
from florin.cli.order_desk import act
from florin.cli.plain_words import words
from florin.cli.printing import AsJson, print_json, print_table, say
from florin.cli.progress import progress
from florin.domain.declines import Decline
from florin.domain.matching import REASONS, MatchPass
from florin.domain.people import Actor
from florin.reconciliation.match import match_statements
from florin.reconciliation.match_views import run_view
from florin.storage.asked_runs import Run
from florin.storage.catalogue import read_catalogue
from florin.storage.reconciliation.match_runs import MatchRun

app = typer.Typer()


@app.command()
def match(
    as_user: As,
    programme: Annotated[
        str | None, typer.Option(help="By whose business day it is late what is late; else the one furthest behind.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Match the book with statements: everything that is not matched, of all programmes.

    As often as it is asked for, with the same result.
    """

    async def step(house: ClearingHouse, actor: Actor) -> MatchRun | Decline:
        whose = None if programme is None else programme_of(await read_catalogue(house.pool), programme).id
        with progress("Matching") as advance:
            return await match_statements(house, actor, datetime.now(UTC), whose, advance)

    view = run_view(Run(None, act(as_user, step)))
    if as_json:
        print_json(view)
    else:
        show_run(view["id"], view["result"])


def show_run(run_id: str, view: dict[str, Any]) -> None:
    """Print what a run has done: pass by pass, then the new breaks by kind."""
    rows = [(each["number"], REASONS[MatchPass(each["pass"])], each["matches"]) for each in view["matched"]]
    rows.append(("", "the same payment on a provider's two bills", view["funds"]))
    print_table("Matched", ("pass", "by", "matches"), rows)
    if view["opened"]:
        broken = [(words(each["kind"]), each["breaks"]) for each in view["opened"]]
        print_table("New breaks", ("kind", "breaks"), broken)
    new = sum(each["breaks"] for each in view["opened"])
    say(f"{view['items']} entries taken up, {new} new breaks, {view['closed']} explained. Run {run_id}.")
