"""``florin issue``: make cards, and write them to a file that only its recipient can open."""

import os
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from florin.batch.card_file import CardFile, ExportCards, export_cards
from florin.batch.issue import LARGEST_ISSUE, CrowdedNumbers, OrderCards, fill_issue, order_cards
from florin.clearing.house import ClearingHouse
from florin.cli.configuration import product_of, programme_of, read_amount, this_machine
from florin.cli.exit_codes import Refusal
from florin.cli.failures import told
from florin.cli.house import open_house
from florin.cli.printing import AsJson, hint, print_json, say
from florin.cli.progress import progress
from florin.cli.running import accepted, read_settings, run
from florin.crypto.recipient_file import RecipientMalformed, require_recipient
from florin.domain.identifiers import parse_id, wire_id
from florin.storage.cards.card_issue import CardIssue

app = typer.Typer()


@app.command()
def issue(  # noqa: PLR0913, PLR0917 (each is one option of the command)
    programme: Annotated[str | None, typer.Argument(help="Code of the programme.")] = None,
    product: Annotated[str | None, typer.Argument(help="Code of the card product.")] = None,
    denomination: Annotated[str | None, typer.Argument(help="Face value in units, such as 500.")] = None,
    count: Annotated[int | None, typer.Argument(min=1, max=LARGEST_ISSUE, help="How many cards.")] = None,
    resume: Annotated[str | None, typer.Option(help="Go on with an issue (iss_...) instead of a new one.")] = None,
    recipient: Annotated[str | None, typer.Option(help="Whose key the card file is for: age1...")] = None,
    out: Annotated[Path | None, typer.Option(help="The card file to write; nothing is overwritten.")] = None,
    online: Annotated[bool, typer.Option("--online", help="To be sold online: they are in no card file.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make cards of a product. With --recipient and --out, write numbers and PINs to an encrypted file.

    With --online they are for sale to members from now on.

    An interrupted issue is finished, and a finished one exported, with --resume.
    """
    if (recipient is None) != (out is None):
        raise Refusal("--recipient and --out belong together")
    if online and (recipient is not None or resume is not None):
        raise Refusal("--online is for new cards that are in no card file: leave --recipient, --out and --resume out")
    if recipient is not None:
        _check_recipient(recipient)
    if out is not None:
        _check_place(out)
    order = (programme, product, denomination, count)
    made, file = run(_issue(_issue_id(resume, order), order, recipient, out, online=online))
    if as_json:
        print_json(
            {
                "id": wire_id("issue", made.id),
                "cards": made.generated,
                "file": None if file is None else str(file.path),
            }
        )
        return
    say(f"{made.generated:,} cards of {wire_id('issue', made.id)} are made; each is worth nothing until it is sold.")
    if file is not None:
        say(f"{file.cards:,} of them are in {file.path}, for {recipient} only.")


def _check_recipient(recipient: str) -> None:
    try:
        require_recipient(recipient)
    except RecipientMalformed as error:
        raise Refusal(f"--recipient: {error}") from None


def _check_place(out: Path) -> None:
    """Before any card is made: a card file that cannot be written is better known of then."""
    if out.exists():
        raise Refusal(f"--out: {out} exists already; it was not touched")
    if not out.parent.is_dir():
        raise Refusal(f"--out: there is no directory {out.parent}")
    if not os.access(out.parent, os.W_OK | os.X_OK):
        raise Refusal(f"--out: no file can be made in {out.parent}")


_Order = tuple[str | None, str | None, str | None, int | None]


def _issue_id(resume: str | None, order: _Order) -> UUID | None:
    if resume is None:
        if None in order:
            raise Refusal("PROGRAMME, PRODUCT, DENOMINATION and COUNT are needed, or --resume")
        return None
    if order != (None, None, None, None):
        raise Refusal("--resume goes on with what was ordered: leave the arguments out")
    try:
        return parse_id("issue", resume)
    except ValueError as error:
        raise Refusal(f"{resume} is {error}") from None


async def _issue(
    issue_id: UUID | None, order: _Order, recipient: str | None, out: Path | None, *, online: bool
) -> tuple[CardIssue, CardFile | None]:
    async with open_house(read_settings(), existing=True) as house:
        clearing = house.clearing
        wanted = issue_id or (await _ordered(clearing, order, online=online)).id
        # An issue that is interrupted leaves its id on the screen, for --resume.
        hint(f"Issue {wire_id('issue', wanted)}")
        command = None if recipient is None or out is None else ExportCards(wanted, recipient, out)
        try:
            with progress("Making cards") as advance:
                made = accepted(await fill_issue(clearing.pool, clearing.vault, wanted, progress=advance))
        except CrowdedNumbers as error:
            raise Refusal(str(error)) from None
        if command is None:
            return made, None
        try:
            return made, accepted(await export_cards(clearing.pool, clearing.vault, command, this_machine()))
        except OSError as error:
            again = f"florin issue --resume {wire_id('issue', wanted)} --recipient {recipient} --out FILE"
            raise Refusal(
                f"the cards are made, but their file is not ({told(error)}). Write it with: {again}"
            ) from None


async def _ordered(house: ClearingHouse, order: _Order, *, online: bool) -> CardIssue:
    programme_code, product_code, denomination, count = order
    catalogue = await house.engine.current_catalogue()
    programme = programme_of(catalogue, programme_code or "")
    product = product_of(catalogue, programme, product_code or "")
    face_minor = read_amount("DENOMINATION", denomination or "", programme.unit)
    command = OrderCards(product.id, face_minor, count or 0, sold_online=online)
    return accepted(await order_cards(house.pool, command, this_machine()))
