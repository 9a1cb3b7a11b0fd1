"""``florin loss``: registered cards that their holders have lost, found again or replaced by two people."""

from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Final

import typer

from florin.batch.lost_card_file import ExportSuccessor, export_successor
from florin.clearing.house import ClearingHouse
from florin.clearing.loss.find_card import FindCard, find_card_again
from florin.clearing.loss.read_losses import losses_page, read_loss
from florin.clearing.loss.replace_lost_card import ReplaceLostCard, replace_lost_card
from florin.clearing.loss.report_loss import LostCard, report_loss
from florin.clearing.loss.views import loss_view
from florin.cli import documents_shown
from florin.cli.customer_views import told
from florin.cli.desk import As
from florin.cli.new_file import OWNER_ONLY, new_file
from florin.cli.order_desk import act, asks, id_of
from florin.cli.printing import AsJson, Form, say
from florin.cli.running import accepted
from florin.cli.slips import named
from florin.cli.slips import reason as reason_typed
from florin.cli.step_up import act_with_code
from florin.domain.declines import Decline
from florin.domain.identity import DocumentKind
from florin.domain.loss import Loss, LossStatus
from florin.domain.paging import MAX_LIMIT
from florin.domain.people import Actor
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof
from florin.storage.posting.request import Answer

app = typer.Typer(
    help="Lost cards: stopped at once, then found again or replaced by a second person.", no_args_is_help=True
)

Named = Annotated[str, typer.Argument(metavar="LOSS", help="Id of the loss (los_...).")]

_LOSSES: Final = Form(
    "Lost cards",
    ("status", "reported", "decided", "card", "in its place", "loss"),
    itemgetter("status", "reported_at", "decided_at", "card_id", "successor_id", "id"),
)


@app.command()
def report(
    card: Annotated[str, typer.Argument(help="The registered card (card_...).")],
    name: documents_shown.Name,
    document_number: documents_shown.Number,
    as_user: As,
    document_kind: documents_shown.Kind = DocumentKind.RESIDENT_ID,
    as_json: AsJson = False,
) -> None:
    """Report a card lost for its holder, who shows the document that it was bought with: it pays nothing more."""
    shown = documents_shown.document_shown(name, document_kind, document_number)
    lost = LostCard(id_of("card", card), shown)

    async def step(house: ClearingHouse, actor: Actor) -> Answer | Decline:
        return await report_loss(house, actor, lost, fresh_id().hex, datetime.now(UTC))

    _LOSSES.show(told(act(as_user, step)), as_json=as_json)


@app.command()
def found(
    loss: Named,
    reason: Annotated[str, typer.Option(callback=reason_typed, help="How it came, in a line; it is kept.")],
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Say that the card is there again, or that the report was wrong: it pays again."""
    command = FindCard(id_of("loss", loss), reason)
    _LOSSES.show(told(asks(as_user, find_card_again, command, fresh_id().hex)), as_json=as_json)


@app.command()
def replace(loss: Named, as_user: As, as_json: AsJson = False) -> None:
    """Put another card in its place, as another manager than who reported it: the old number is dead for ever."""
    command = ReplaceLostCard(id_of("loss", loss))

    async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> Answer | Decline:
        return await replace_lost_card(house, actor, command, proof, fresh_id().hex, datetime.now(UTC))

    _LOSSES.show(told(act_with_code(as_user, step)), as_json=as_json)


@app.command("card-file")
def card_file(
    loss: Named,
    recipient: Annotated[str, typer.Option(help="Whose key it is for: age1...")],
    out: Annotated[Path, typer.Option(help="The file to be written; none may be there.")],
    as_user: As,
) -> None:
    """Write number and PIN of the card in a lost one's place, for whoever prints it; each time is recorded."""
    with named("--recipient"):
        command = ExportSuccessor(id_of("loss", loss), recipient)
    with new_file(out, OWNER_ONLY) as file:

        async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> bytes | Decline:
            return await export_successor(house, actor, command, proof, datetime.now(UTC))

        file.write(act_with_code(as_user, step))
    say(f"Written: {out}")


@app.command()
def show(loss: Named, as_user: As, as_json: AsJson = False) -> None:
    """Show what has become of a lost card."""
    loss_id = id_of("loss", loss)
    _LOSSES.show(loss_view(asks(as_user, read_loss, loss_id)), as_json=as_json)


@app.command("list")
def list_all(
    as_user: As,
    status: Annotated[LossStatus | None, typer.Option(help="Where they stand.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT, help="How many at most.")] = MAX_LIMIT,
    as_json: AsJson = False,
) -> None:
    """List lost cards, the latest first."""

    async def step(house: ClearingHouse, actor: Actor) -> tuple[Loss, ...] | Decline:
        return accepted(await losses_page(house, actor, status, None, limit)).items

    views = [loss_view(each) for each in act(as_user, step)]
    _LOSSES.show_all(views, as_json=as_json)
