"""``florin netting``: what programmes owe each other for merchants that one of them pays, set off and settled."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from florin.clearing.house import ClearingHouse
from florin.clearing.netting.approve_netting import ApproveNetting, approve_netting
from florin.clearing.netting.draft_netting import DraftNetting, draft_netting
from florin.clearing.netting.netting_payouts import NETTING_PAYOUTS, receive_netting_payout
from florin.clearing.netting.read_nettings import netting_payouts_page, nettings_page, read_netting
from florin.clearing.netting.views import netting_payout_view, netting_view
from florin.clearing.payouts.book_payout import SettlePayout
from florin.cli.configuration import programme_of
from florin.cli.customer_views import told
from florin.cli.desk import As
from florin.cli.order_desk import act, asks, id_of
from florin.cli.payout_steps import BankReference, add_bank_steps, payout_named
from florin.cli.plain_words import money_cells, words
from florin.cli.printing import AsJson, Form
from florin.cli.running import accepted
from florin.cli.slips import amount as amount_option
from florin.cli.step_up import act_with_code
from florin.domain.declines import Decline
from florin.domain.money import format_minor, same_figure
from florin.domain.netting import NettingStatement, NettingStatus
from florin.domain.netting_payout import NettingPayout
from florin.domain.paging import MAX_LIMIT
from florin.domain.payout import PayoutStatus
from florin.domain.people import Actor
from florin.storage.catalogue import read_catalogue
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof
from florin.storage.posting.request import Answer

app = typer.Typer(
    help="Netting: what programmes owe each other for merchants that one of them pays.", no_args_is_help=True
)

Named = Annotated[str, typer.Argument(metavar="STATEMENT", help="Id of the netting statement (nst_...).")]
Payout = Annotated[str, payout_named("netting_payout")]
Programme = Annotated[str, typer.Argument(help="Short name of a programme.")]

_STATEMENTS: Final = Form(
    "Netting statements",
    ("from", "until", "status", "first owes", "second owes", "set off", "net", "", "debtor", "statement"),
    lambda each: (
        each["from"],
        each["until"],
        words(each["status"]),
        *(money_cells(each[name])[0] for name in ("first_owes", "second_owes", "offset")),
        *money_cells(each["net"]),
        each["debtor_id"],
        each["id"],
    ),
)
_PAYOUTS: Final = Form(
    "Payouts",
    ("status", "amount", "", "bank reference", "received as", "payout"),
    lambda each: (
        words(each["status"]),
        *money_cells(each["amount"]),
        each["bank_reference"],
        each["received_reference"],
        each["id"],
    ),
)


@app.command()
def draft(
    programme: Programme,
    other: Programme,
    as_user: As,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last business day; whatever is approved if absent.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Draw up what two programmes owe each other, or draw it up anew; nothing is posted by it."""

    async def step(house: ClearingHouse, actor: Actor) -> NettingStatement | Decline:
        catalogue = await read_catalogue(house.pool)
        day = None if until is None else until.date()
        command = DraftNetting(programme_of(catalogue, programme).id, programme_of(catalogue, other).id, day)
        return await draft_netting(house, actor, command, datetime.now(UTC))

    _STATEMENTS.show_all([netting_view(act(as_user, step))], as_json=as_json)


@app.command("list")
def list_all(
    as_user: As,
    status: Annotated[NettingStatus | None, typer.Option(help="Where they stand.")] = None,
    as_json: AsJson = False,
) -> None:
    """List netting statements, the latest first."""

    async def step(house: ClearingHouse, actor: Actor) -> Sequence[NettingStatement] | Decline:
        return accepted(await nettings_page(house, actor, None, status, None, MAX_LIMIT)).items

    _STATEMENTS.show_all([netting_view(each) for each in act(as_user, step)], as_json=as_json)


@app.command()
def approve(
    statement: Named,
    net: Annotated[
        str, typer.Option(callback=amount_option("--net"), help="What is left to be paid, as you have looked at it.")
    ],
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Approve a netting statement, exactly as it stands if it leaves what you say."""
    netting_id = id_of("netting_statement", statement)

    async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> Answer | Decline:
        found = await read_netting(house, actor, netting_id)
        if isinstance(found, Decline):
            return found
        if not same_figure(net, format_minor(found.net_minor, found.unit)):
            return Decline.NETTING_STATEMENT_CHANGED
        return await approve_netting(
            house, actor, ApproveNetting(netting_id, found.details_hash), proof, fresh_id().hex
        )

    _STATEMENTS.show_all([told(act_with_code(as_user, step))], as_json=as_json)


@app.command()
def payouts(
    as_user: As,
    status: Annotated[PayoutStatus | None, typer.Option(help="Where they stand.")] = None,
    as_json: AsJson = False,
) -> None:
    """List payouts between programmes, the latest first; ``florin payout make-file`` puts into a file what is due."""

    async def step(house: ClearingHouse, actor: Actor) -> Sequence[NettingPayout] | Decline:
        return accepted(await netting_payouts_page(house, actor, status, None, MAX_LIMIT)).items

    _PAYOUTS.show_all([netting_payout_view(each) for each in act(as_user, step)], as_json=as_json)


add_bank_steps(
    app,
    NETTING_PAYOUTS,
    _PAYOUTS.show_in_list,
    settle="Record that the debtor's bank statement shows a payout.",
    send_back="Record that the bank has sent a payout back; what it was is part of the pair's next netting statement.",
)


@app.command()
def receive(payout: Payout, bank_reference: BankReference, as_user: As, as_json: AsJson = False) -> None:
    """Record that the creditor's bank statement shows a payout."""
    command = SettlePayout(id_of("netting_payout", payout), bank_reference)
    _PAYOUTS.show_in_list(told(asks(as_user, receive_netting_payout, command, fresh_id().hex)), as_json=as_json)
