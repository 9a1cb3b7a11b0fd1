"""``florin closure``: accounts and registered cards that their holders give up, closed by two people."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from florin.batch.closures.certificate import closure_certificate
from florin.clearing.closures.approve_closure import ApproveClosure, approve_closure
from florin.clearing.closures.cancel_closure import CancelClosure, cancel_closure
from florin.clearing.closures.confirm_closure import confirm_by_code
from florin.clearing.closures.holder import Shown
from florin.clearing.closures.read_closure import ClosureInFull, ClosureNow, closures_page, read_closure
from florin.clearing.closures.request_closure import PayTo, close_card, close_members_account
from florin.clearing.closures.send_code import send_code
from florin.clearing.closures.views import closure_now, payout_view
from florin.clearing.house import ClearingHouse
from florin.cli import documents_shown
from florin.cli.configuration import read_amount
from florin.cli.customer_views import told
from florin.cli.desk import ADDRESS, As, admitted
from florin.cli.new_file import OWNER_ONLY, new_file
from florin.cli.order_desk import act, asks, id_of
from florin.cli.plain_words import plain, words
from florin.cli.printing import AsJson, Form, print_json, print_table, say
from florin.cli.running import accepted
from florin.cli.slips import amount, named
from florin.cli.slips import reason as reason_typed
from florin.cli.step_up import act_with_code
from florin.domain.bank_account import BankAccount
from florin.domain.closure import ClosureStatus
from florin.domain.declines import Decline
from florin.domain.identity import DocumentKind
from florin.domain.paging import MAX_LIMIT
from florin.domain.people import Actor
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof
from florin.storage.posting.request import Answer

app = typer.Typer(help="Closures: accounts that are given up, and paid out by two people.", no_args_is_help=True)

Named = Annotated[str, typer.Argument(metavar="CLOSURE", help="Id of the closure (clo_...).")]
AccountHolder = Annotated[str | None, typer.Option("--holder", help="Whose bank account it is paid to.")]
Bank = Annotated[str | None, typer.Option(help="Name of the bank and its branch.")]
Number = Annotated[str | None, typer.Option(help="Number of the account.")]
Cash = Annotated[bool, typer.Option("--cash", help="Pay it out in cash, where the law allows it.")]

_CLOSURES: Final = Form(
    "Closures",
    ("status", "requested", "to pay", "until", "account", "closure"),
    lambda each: (
        words(each["status"]),
        _cell(each["requested"]),
        _cell(each.get("to_pay", each["amount"])),
        each["cools_until"] or each["verify_until"],
        each["owner_id"],
        each["id"],
    ),
)


@app.command()
def request(
    member: Annotated[str, typer.Argument(help="Whose account it is (mbr_...).")],
    as_user: As,
    holder: AccountHolder = None,
    bank: Bank = None,
    number: Number = None,
    cash: Cash = False,
    as_json: AsJson = False,
) -> None:
    """Give a member's account up in the member's place: its money is kept from now on, and the member confirms."""
    member_id, pay_to = id_of("member", member), _pay_to(holder, bank, number, cash=cash)

    async def step(house: ClearingHouse, actor: Actor) -> Answer | Decline:
        return await close_members_account(house, actor, member_id, pay_to, fresh_id().hex, _now())

    _CLOSURES.show(told(act(as_user, step)), as_json=as_json)


@app.command("request-card")
def request_card(  # noqa: PLR0913, PLR0917 (each is one option of the command)
    card: Annotated[str, typer.Argument(help="The registered card (card_...).")],
    name: documents_shown.Name,
    document_number: documents_shown.Number,
    mail: Annotated[str, typer.Option(help="Where the code goes by which the holder confirms.")],
    as_user: As,
    document_kind: documents_shown.Kind = DocumentKind.RESIDENT_ID,
    holder: AccountHolder = None,
    bank: Bank = None,
    number: Number = None,
    cash: Cash = False,
    as_json: AsJson = False,
) -> None:
    """Give a registered card up for its holder, who shows the document that it was bought with."""
    card_id, pay_to = id_of("card", card), _pay_to(holder, bank, number, cash=cash)
    with named("--mail"):
        shown = Shown(documents_shown.document_shown(name, document_kind, document_number), mail)

    async def step(house: ClearingHouse, actor: Actor) -> Answer | Decline:
        return await close_card(house, actor, card_id, shown, pay_to, fresh_id().hex, _now())

    _CLOSURES.show(told(act(as_user, step)), as_json=as_json)


@app.command("send-code")
def send_code_again(closure: Named, as_user: As) -> None:
    """Send the holder a fresh code; the one before is worth nothing from now on."""
    closure_id = id_of("closure", closure)

    async def step(house: ClearingHouse, actor: Actor) -> ClosureInFull | Decline:
        found = accepted(await read_closure(house, actor, closure_id))
        admitted(await send_code(house, found.closure, _now()))
        return found

    act(as_user, step)
    say("A code is on its way.")


@app.command()
def confirm(
    closure: Named,
    code: Annotated[str, typer.Argument(help="The code that the holder has got.")],
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Type the code that the holder has got by mail and shows at the desk."""
    closure_id = id_of("closure", closure)

    async def step(house: ClearingHouse, _: Actor) -> Answer | Decline:
        return admitted(await confirm_by_code(house, closure_id, code, ADDRESS, _now()))

    _CLOSURES.show(told(act(as_user, step)), as_json=as_json)


@app.command()
def approve(
    closure: Named,
    money: Annotated[
        str,
        typer.Argument(metavar="AMOUNT", callback=amount("AMOUNT"), help="What it says is paid out, such as 99.50."),
    ],
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Close the account, as another person than who asked for it, and owe its money to the holder."""
    closure_id = id_of("closure", closure)

    async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> Answer | Decline:
        found = accepted(await read_closure(house, actor, closure_id)).closure
        amount_minor = read_amount("AMOUNT", money, found.unit, may_be_zero=True)
        command = ApproveClosure(closure_id, amount_minor, found.details_hash)
        return await approve_closure(house, actor, command, proof, fresh_id().hex)

    _CLOSURES.show(told(act_with_code(as_user, step)), as_json=as_json)


@app.command()
def cancel(
    closure: Named,
    reason: Annotated[str, typer.Option(callback=reason_typed, help="Why, in a line; it is kept.")],
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Call a closure off that nobody has approved: everything is as it was."""
    command = CancelClosure(id_of("closure", closure), reason)
    _CLOSURES.show(told(asks(as_user, cancel_closure, command, fresh_id().hex)), as_json=as_json)


@app.command()
def show(closure: Named, as_user: As, as_json: AsJson = False) -> None:
    """Show a closure, and what has been paid of it."""
    closure_id = id_of("closure", closure)
    found = asks(as_user, read_closure, closure_id)
    view = {
        **closure_now(found.now),
        "holder": None if found.holder is None else found.holder.name,
        "account_last4": found.account_last4,
        "payouts": [payout_view(each) for each in found.payouts],
    }
    if as_json:
        print_json(view)
        return
    print_table(f"Closure {view['id']}", ("", ""), [(words(key), _cell(value)) for key, value in view.items()])


@app.command("list")
def list_all(
    as_user: As,
    status: Annotated[ClosureStatus | None, typer.Option(help="Where they stand.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT, help="How many at most.")] = MAX_LIMIT,
    as_json: AsJson = False,
) -> None:
    """List closures, the latest first."""

    async def step(house: ClearingHouse, actor: Actor) -> tuple[ClosureNow, ...] | Decline:
        return accepted(await closures_page(house, actor, status, None, None, limit)).items

    views = [closure_now(each) for each in act(as_user, step)]
    _CLOSURES.show_all(views, as_json=as_json)


@app.command()
def certificate(
    closure: Named,
    out: Annotated[Path, typer.Option(help="The PDF to be written; none may be there.")],
    as_user: As,
) -> None:
    """Write the certificate of an account that is closed, for its holder."""
    closure_id = id_of("closure", closure)
    with new_file(out, OWNER_ONLY) as file:

        async def step(house: ClearingHouse, actor: Actor) -> bytes | Decline:
            return await closure_certificate(house, actor, closure_id, _now())

        file.write(act(as_user, step))
    say(f"Written: {out}")


def _pay_to(holder: str | None, bank: str | None, number: str | None, *, cash: bool) -> PayTo:
    if holder is None and bank is None and number is None:
        return PayTo(None, cash)
    with named("--holder, --bank, --number"):
        return PayTo(BankAccount.read(holder or "", bank or "", number or ""), cash)


def _cell(value: Any) -> object:  # noqa: ANN401 (JSON)
    match value:
        case list():
            return "\n".join(f"{plain(each['amount'])} {words(each['status'])} {each['id']}" for each in value)
        case _:
            return plain(value)


def _now() -> datetime:
    return datetime.now(UTC)
