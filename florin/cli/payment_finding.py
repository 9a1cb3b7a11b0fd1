"""``florin payment finding``: what finance has found out about a finding, and its close."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from florin.clearing.house import ClearingHouse
from florin.clearing.payments.note_finding import FindingHistory, NoteFinding, note_finding, read_finding
from florin.clearing.payments.payment_views import finding_history_view
from florin.cli.desk import As
from florin.cli.order_desk import act, id_of
from florin.cli.printing import AsJson, Form, print_json
from florin.domain.declines import Decline
from florin.domain.people import Actor

app = typer.Typer(help="A finding: what was found out about it, and its close.", no_args_is_help=True)

Named = Annotated[str, typer.Argument(metavar="FINDING", help="Id of the finding (pfn_...).")]
Text = Annotated[str, typer.Argument(help="What was found out.")]

_NOTES: Final = Form(
    "Notes",
    ("written", "by", "closes", "text"),
    lambda each: (each["at"], each["login_id"], "yes" if each["closes"] else "no", each["text"]),
)


@app.command()
def show(finding: Named, as_user: As, as_json: AsJson = False) -> None:
    """Show what was written to a finding."""
    finding_id = id_of("payment_finding", finding)

    async def step(house: ClearingHouse, actor: Actor) -> FindingHistory | Decline:
        return await read_finding(house, actor, finding_id)

    _show(as_user, step, as_json=as_json)


@app.command()
def note(finding: Named, text: Text, as_user: As, as_json: AsJson = False) -> None:
    """Write what was found out about a finding."""
    _write(NoteFinding(id_of("payment_finding", finding), text), as_user, as_json=as_json)


@app.command()
def close(finding: Named, text: Text, as_user: As, as_json: AsJson = False) -> None:
    """Close a finding with the last word; it moves no money."""
    _write(NoteFinding(id_of("payment_finding", finding), text, closes=True), as_user, as_json=as_json)


def _write(command: NoteFinding, as_user: str, *, as_json: bool) -> None:
    async def step(house: ClearingHouse, actor: Actor) -> FindingHistory | Decline:
        return await note_finding(house, actor, command, datetime.now(UTC))

    _show(as_user, step, as_json=as_json)


def _show(
    as_user: str, step: Callable[[ClearingHouse, Actor], Awaitable[FindingHistory | Decline]], *, as_json: bool
) -> None:
    history = act(as_user, step)
    view = finding_history_view(history.finding, history.notes)
    if as_json:
        print_json(view)
    else:
        _NOTES.show_all(view["notes"], as_json=False)
