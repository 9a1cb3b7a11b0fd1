"""``florin suggestions``: what might belong to a line or entry that matching has found nothing for."""

from typing import Annotated, Final

import typer

from florin.clearing.house import ClearingHouse
from florin.cli.desk import As
from florin.cli.exit_codes import Refusal
from florin.cli.order_desk import act, id_of
from florin.cli.plain_words import money_cells
from florin.cli.printing import AsJson, print_json, print_table
from florin.domain.chart import AccountCode
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.reconciliation.suggestions import Suggestion, suggest_for_item, suggest_for_line, suggestion_view

app = typer.Typer()

_COLUMNS: Final = ("", "why", "day", "amount", "", "line or journal")


@app.command()
def suggestions(
    as_user: As,
    line: Annotated[str | None, typer.Option(help="A line that is not matched (stl_...).")] = None,
    journal: Annotated[str | None, typer.Option(help="Or a journal of ours (jrn_...).")] = None,
    account: Annotated[int, typer.Option(help="Its entry on 1010 at the bank, or 1020 at the provider.")] = 1010,
    as_json: AsJson = False,
) -> None:
    """List what might belong to a line or entry, by amounts and by slips of the pen. Nothing of it is ever applied."""
    if (line is None) is (journal is None):
        raise Refusal("either --line or --journal")
    if account not in {AccountCode.BANK, AccountCode.PROVIDER_RECEIVABLE}:
        raise Refusal("--account: 1010 or 1020")
    subject = id_of("statement_line", line) if line is not None else id_of("journal", str(journal))

    async def step(house: ClearingHouse, actor: Actor) -> list[Suggestion] | Decline:
        if line is not None:
            return await suggest_for_line(house, actor, subject)
        return await suggest_for_item(house, actor, subject, account)

    views = [suggestion_view(each) for each in act(as_user, step)]
    if as_json:
        print_json(views)
        return
    rows = [
        (number, view["words"], part["day"], *money_cells(part["amount"]), part["line_id"] or part["journal_id"])
        for number, view in enumerate(views, 1)
        for part in view["parts"]
    ]
    print_table("Suggestions", _COLUMNS, rows)
