"""``florin matches``: what belongs together, and why."""

from typing import Annotated, Final

import typer

from florin.clearing.answers import Json
from florin.clearing.house import ClearingHouse
from florin.cli.desk import As
from florin.cli.order_desk import act, id_of
from florin.cli.printing import AsJson, Form
from florin.cli.running import accepted
from florin.domain.declines import Decline
from florin.domain.matching import MatchPass, Relation
from florin.domain.money import format_minor
from florin.domain.paging import MAX_LIMIT
from florin.domain.people import Actor
from florin.reconciliation.match_views import match_view
from florin.reconciliation.read_matches import matches_page
from florin.storage.reconciliation.matches import WhichMatches

app = typer.Typer()


def shown(view: Json) -> tuple[object, ...]:
    """A row of the table: day and amount of the line, or of the entry where both stand in our book."""
    line, item = view["line"] or {}, view["item"] or {}
    amount, difference = (line or item)["amount"], view["difference"]
    return (
        line.get("booked_on") or item["business_date"],
        format_minor(amount["amount"], amount["currency"]),
        amount["currency"],
        view["explanation"],
        format_minor(difference["amount"], difference["currency"]),
        item.get("journal_id"),
        line.get("id"),
    )


_MATCHES: Final = Form("Matches", ("booked", "amount", "", "why", "difference", "journal", "line"), shown)


@app.command()
def matches(
    as_user: As,
    run: Annotated[str | None, typer.Option(help="Of which run (mrn_...).")] = None,
    line: Annotated[str | None, typer.Option(help="Of which line (stl_...).")] = None,
    journal: Annotated[str | None, typer.Option(help="Of which journal of ours (jrn_...).")] = None,
    name: Annotated[MatchPass | None, typer.Option("--pass", help="Found by which rule.")] = None,
    relation: Annotated[Relation, typer.Option(help="Lines with our book, or with each other.")] = Relation.BOOK,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT, help="How many at most.")] = MAX_LIMIT,
    as_json: AsJson = False,
) -> None:
    """List what belongs together between book and statements, and why. That of the latest comes first."""
    which = WhichMatches(
        relation=relation,
        run_id=None if run is None else id_of("matching_run", run),
        line_id=None if line is None else id_of("statement_line", line),
        journal_id=None if journal is None else id_of("journal", journal),
        name=name,
    )

    async def step(house: ClearingHouse, actor: Actor) -> list[Json] | Decline:
        return [match_view(each) for each in accepted(await matches_page(house, actor, which, None, limit)).items]

    _MATCHES.show_all(act(as_user, step), as_json=as_json)
