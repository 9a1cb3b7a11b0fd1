"""``florin payout``: what closed accounts are owed, put into files for the bank, and what its statement says of it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from florin.batch.payouts.payout_files import FileForm, fetch_payout_file, make_payout_file
from florin.clearing.answers import amount, instant
from florin.clearing.closures.closure_payouts import CLOSURE_PAYOUTS
from florin.clearing.closures.hand_over_cash import hand_over_cash
from florin.clearing.closures.name_account import NameAccount, accept_account, name_account
from florin.clearing.closures.read_closure import payouts_page
from florin.clearing.closures.views import payout_view
from florin.clearing.house import ClearingHouse
from florin.clearing.payouts.send_payout import WHO_MAY
from florin.cli.configuration import programme_of
from florin.cli.customer_views import told
from florin.cli.desk import As
from florin.cli.new_file import OWNER_ONLY, new_file
from florin.cli.order_desk import act, asks, id_of
from florin.cli.payout_steps import add_bank_steps, payout_named
from florin.cli.plain_words import money_cells, words
from florin.cli.printing import AsJson, Form, print_json, print_table, say
from florin.cli.running import accepted
from florin.cli.slips import named
from florin.cli.step_up import act_with_code
from florin.domain.bank_account import BankAccount
from florin.domain.closure_payout import ClosurePayout
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.money import format_minor
from florin.domain.paging import MAX_LIMIT
from florin.domain.payout import PayoutStatus
from florin.domain.people import Actor
from florin.storage.fresh_ids import fresh_id
from florin.storage.payouts.payout_files import PayoutFile, list_files
from florin.storage.people.logins import CodeProof
from florin.storage.posting.request import Answer

app = typer.Typer(
    help="Payouts: what closed accounts are owed, and the files by which banks pay it and merchants.",
    no_args_is_help=True,
)

Named = Annotated[str, payout_named("closure_payout")]

_PAYOUTS: Final = Form(
    "Payouts",
    ("status", "amount", "", "for", "bank reference", "closure", "payout"),
    lambda each: (
        words(each["status"]),
        *money_cells(each["amount"]),
        words(each["cause"]),
        each["bank_reference"],
        each["closure_id"],
        each["id"],
    ),
)


@app.command("list")
def list_all(
    as_user: As,
    status: Annotated[PayoutStatus | None, typer.Option(help="Where they stand.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT, help="How many at most.")] = MAX_LIMIT,
    as_json: AsJson = False,
) -> None:
    """List payouts, the latest first."""

    async def step(house: ClearingHouse, actor: Actor) -> tuple[ClosurePayout, ...] | Decline:
        return accepted(await payouts_page(house, actor, status, None, limit)).items

    views = [payout_view(each) for each in act(as_user, step)]
    _PAYOUTS.show_all(views, as_json=as_json)


@app.command("make-file")
def make_file(
    programme: Annotated[str, typer.Argument(help="Short name of the programme.")], as_user: As, as_json: AsJson = False
) -> None:
    """Put every payout that is due into a new file for the bank."""

    async def step(house: ClearingHouse, actor: Actor) -> PayoutFile | Decline:
        found = programme_of(await house.engine.current_catalogue(), programme)
        return await make_payout_file(house, actor, found.id, _now())

    _show_files([act(as_user, step)], as_json=as_json)


@app.command("files")
def files(as_user: As, as_json: AsJson = False) -> None:
    """List payout files, the latest first."""

    async def step(house: ClearingHouse, actor: Actor) -> tuple[PayoutFile, ...] | Decline:
        if not actor.has(*WHO_MAY):
            return Decline.ROLE_REQUIRED
        return (await list_files(house.pool, None, MAX_LIMIT)).items

    _show_files(act(as_user, step), as_json=as_json)


@app.command()
def fetch(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Id of the payout file (pof_...).")],
    out: Annotated[Path, typer.Option(help="Where it is written; nothing may be there.")],
    as_user: As,
    form: Annotated[FileForm, typer.Option(help="ISO 20022 pain.001.001.09, or a table.")] = FileForm.PAIN_001,
) -> None:
    """Fetch a payout file for the bank; it is the same each time, and who fetches it is written down."""
    file_id = id_of("payout_file", file)
    with new_file(out, OWNER_ONLY) as written:

        async def step(house: ClearingHouse, actor: Actor) -> bytes | Decline:
            return await fetch_payout_file(house, actor, file_id, form, _now())

        written.write(act(as_user, step))
    say(f"Written: {out}")


@app.command("hand-over")
def hand_over(payout: Named, as_user: As, as_json: AsJson = False) -> None:
    """Record that a payout was handed over in cash."""
    payout_id = id_of("closure_payout", payout)
    _PAYOUTS.show(told(asks(as_user, hand_over_cash, payout_id, fresh_id().hex)), as_json=as_json)


add_bank_steps(
    app,
    CLOSURE_PAYOUTS,
    _PAYOUTS.show,
    settle="Record that the bank statement shows a payout.",
    send_back="Record that the bank has sent a payout back; another of the same amount waits for an account.",
)


@app.command("name-account")
def name_new_account(
    payout: Named,
    holder: Annotated[str, typer.Option(help="Whose account it is: the name on record.")],
    bank: Annotated[str, typer.Option(help="Name of the bank and its branch.")],
    number: Annotated[str, typer.Option(help="Number of the account.")],
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Name a bank account for a payout that waits for one; another person accepts it."""
    with named("--holder, --bank, --number"):
        command = NameAccount(id_of("closure_payout", payout), BankAccount.read(holder, bank, number))
    _PAYOUTS.show(told(asks(as_user, name_account, command)), as_json=as_json)


@app.command("accept-account")
def accept_new_account(payout: Named, as_user: As, as_json: AsJson = False) -> None:
    """Let a payout go to the account that another person has named for it."""
    payout_id = id_of("closure_payout", payout)

    async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> Answer | Decline:
        return await accept_account(house, actor, payout_id, proof)

    _PAYOUTS.show(told(act_with_code(as_user, step)), as_json=as_json)


def _show_files(found: Sequence[PayoutFile], *, as_json: bool) -> None:
    views = [
        {
            "id": wire_id("payout_file", each.id),
            "number": each.number,
            "payouts": each.payouts,
            "total": amount(each.total_minor, each.unit),
            "pays_on": each.pays_on,
            "finished_at": None if each.finished_at is None else instant(each.finished_at),
        }
        for each in found
    ]
    if as_json:
        print_json(views)
        return
    rows = [
        (each.number, each.payouts, format_minor(each.total_minor, each.unit), each.unit, each.pays_on, view["id"])
        for each, view in zip(found, views, strict=True)
    ]
    print_table("Payout files", ("number", "payments", "total", "", "pays on", "file"), rows)


def _now() -> datetime:
    return datetime.now(UTC)
