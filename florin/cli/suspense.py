"""``florin suspense``: money that nobody was found for, assigned to a customer or sent back by two people."""

from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from florin.clearing.banking.approve_resolution import ApproveResolution, approve_resolution
from florin.clearing.banking.identify_payouts import ProposePayout, propose_payout
from florin.clearing.banking.read_suspense import read_suspense_item, suspense_page
from florin.clearing.banking.resolve_item import (
    ProposeAssignment,
    ProposeSendingBack,
    RejectResolution,
    propose_assignment,
    propose_sending_back,
    reject_resolution,
)
from florin.clearing.banking.suspense_payouts import SUSPENSE_PAYOUTS
from florin.clearing.banking.views import aged_view, item_in_full
from florin.clearing.house import ClearingHouse
from florin.cli.customer_views import told
from florin.cli.desk import As
from florin.cli.order_desk import asks, id_of
from florin.cli.payout_steps import add_bank_steps
from florin.cli.plain_words import money_cells, plain, words
from florin.cli.printing import AsJson, Form, say
from florin.cli.slips import named
from florin.cli.slips import reason as reason_typed
from florin.cli.step_up import act_with_code
from florin.domain.bank_account import BankAccount
from florin.domain.declines import Decline
from florin.domain.paging import MAX_LIMIT
from florin.domain.people import Actor
from florin.domain.receipt import Party
from florin.domain.suspense import ItemStatus
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof
from florin.storage.posting.request import Answer

app = typer.Typer(
    help="Suspense: money on a bank account of ours that nobody was found for, decided about by two people.",
    no_args_is_help=True,
)

Named = Annotated[str, typer.Argument(metavar="ITEM", help="Id of the item (sus_...).")]
Reason = Annotated[str, typer.Option(callback=reason_typed, help="Why; it is kept.")]

_ITEMS: Final = Form(
    "Suspense",
    ("status", "amount", "", "days", "booked on", "why", "bank reference", "item"),
    lambda each: (
        words(each["status"]),
        *money_cells(each["amount"]),
        each.get("age_days"),
        each["booked_on"],
        words(each["reason"]),
        each["bank_reference"],
        each["id"],
    ),
)
_PAYOUTS: Final = Form(
    "Payouts",
    ("status", "amount", "", "bank reference", "item", "payout"),
    lambda each: (
        words(each["status"]),
        *money_cells(each["amount"]),
        each["bank_reference"],
        each["suspense_item_id"],
        each["id"],
    ),
)


@app.command("list")
def list_all(
    as_user: As,
    status: Annotated[ItemStatus | None, typer.Option(help="Where they stand.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what came in and nobody was found for, the latest first, with its age in banking days."""
    page = asks(as_user, suspense_page, status, datetime.now(UTC), None, MAX_LIMIT)
    _ITEMS.show_all([aged_view(each) for each in page.items], as_json=as_json)


@app.command()
def show(item: Named, as_user: As) -> None:
    """Show an item: what the statement says of it, and what is proposed."""
    view = item_in_full(asks(as_user, read_suspense_item, id_of("suspense_item", item), datetime.now(UTC)))
    for part in ("resolution", "payout", "account"):
        view |= {f"{part}_{name}": value for name, value in (view.pop(part) or {}).items()}
    for name, value in view.items():
        say(f"{words(name):<26}  {'-' if value is None else plain(value)}")


@app.command()
def assign(
    item: Named,
    customer: Annotated[str, typer.Option(help="Id of the customer whose money it is (cus_...).")],
    reason: Reason,
    as_user: As,
    reference: Annotated[str | None, typer.Option(help="Payment reference of the order that it is for.")] = None,
    payer: Annotated[
        tuple[str, str] | None, typer.Option(help="Name and account of who has paid, if the statement does not say so.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Propose whose the money is; another person approves it."""
    with named("--payer, --reference"):
        paid_by = None if payer is None else Party.read("payer", *payer)
        command = ProposeAssignment(
            id_of("suspense_item", item), id_of("customer", customer), reason, reference, paid_by
        )
    _show(asks(as_user, propose_assignment, command, fresh_id().hex), as_json=as_json)


@app.command()
def identify(
    item: Named,
    payout: Annotated[str, typer.Option(help="The journal of a provider's payout, as its break names it (jrn_...).")],
    reason: Reason,
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Propose that the money is a provider's payout, of which the book has the bill; another person approves it."""
    command = ProposePayout(id_of("suspense_item", item), id_of("journal", payout), reason)
    _show(asks(as_user, propose_payout, command, fresh_id().hex), as_json=as_json)


@app.command("send-back")
def send_back(
    item: Named,
    holder: Annotated[str, typer.Option(help="Who has sent it.")],
    bank: Annotated[str, typer.Option(help="Name of the bank and its branch.")],
    number: Annotated[str, typer.Option(help="The account that it came from.")],
    reason: Reason,
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Propose that the money goes back to its sender; another person approves it."""
    with named("--holder, --bank, --number"):
        command = ProposeSendingBack(id_of("suspense_item", item), reason, BankAccount.read(holder, bank, number))
    _show(asks(as_user, propose_sending_back, command, fresh_id().hex), as_json=as_json)


@app.command()
def approve(
    item: Named,
    details_hash: Annotated[str, typer.Option("--hash", help="What `show` says stands for what is proposed.")],
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Approve what another person has proposed, exactly as you have looked at it."""
    with named("--hash"):
        command = ApproveResolution(id_of("suspense_item", item), _hash(details_hash))

    async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> Answer | Decline:
        return await approve_resolution(house, actor, command, proof, fresh_id().hex)

    _show(act_with_code(as_user, step), as_json=as_json)


@app.command()
def reject(item: Named, as_user: As, as_json: AsJson = False) -> None:
    """Let an item be open again: what is proposed is not to be."""
    command = RejectResolution(id_of("suspense_item", item))
    _show(asks(as_user, reject_resolution, command, fresh_id().hex), as_json=as_json)


add_bank_steps(
    app,
    SUSPENSE_PAYOUTS,
    _PAYOUTS.show,
    settle="Record that the bank has paid what goes back to its sender, where no statement tells.",
    send_back="Record that the bank has sent it back; the item is open again, for another decision.",
)


def _show(answer: Answer, *, as_json: bool) -> None:
    _ITEMS.show(told(answer), as_json=as_json)


def _hash(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise typer.BadParameter("hexadecimal digits", param_hint="--hash") from None
