"""``florin payment``: payments through providers, what is wrong with them, and what finance sends back."""

from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from florin.clearing.house import ClearingHouse
from florin.clearing.payments import read_payments as reading
from florin.clearing.payments.payment_views import (
    finding_view,
    payment_history_view,
    payment_refund_view,
    payment_view,
)
from florin.clearing.payments.return_payment import ReturnPayment, return_payment
from florin.cli import payment_finding
from florin.cli.customer_views import told
from florin.cli.desk import As
from florin.cli.order_desk import act, asks, id_of
from florin.cli.plain_words import money_cells
from florin.cli.printing import AsJson, Form, print_json
from florin.cli.running import accepted
from florin.domain.declines import Decline
from florin.domain.paging import MAX_LIMIT
from florin.domain.payment import Payment, PaymentStatus
from florin.domain.payment_finding import FindingKind, PaymentFinding
from florin.domain.people import Actor
from florin.storage.fresh_ids import fresh_id

app = typer.Typer(help="Payments: what members bring in through providers, and what goes back.", no_args_is_help=True)
app.add_typer(payment_finding.app, name="finding")

Named = Annotated[str, typer.Argument(metavar="PAYMENT", help="Id of the payment (pmt_...).")]
Limit = Annotated[int, typer.Option(min=1, max=MAX_LIMIT, help="How many at most.")]

_PAYMENTS: Final = Form(
    "Payments",
    ("status", "amount", "", "gone back", "provider", "begun", "member", "id"),
    lambda each: (
        each["status"],
        *money_cells(each["amount"]),
        money_cells(each["refunded"])[0],
        each["provider"],
        each["created_at"],
        each["member_id"],
        each["id"],
    ),
)
_REFUNDS: Final = Form(
    "Refunds",
    ("status", "amount", "", "cause", "requested", "id"),
    lambda each: (each["status"], *money_cells(each["amount"]), each["cause"], each["requested_at"], each["id"]),
)
_FINDINGS: Final = Form(
    "Findings",
    ("kind", "expected", "", "found", "", "provider", "payment", "opened", "closed", "detail", "id"),
    lambda each: (
        each["kind"],
        *money_cells(each["expected"]),
        *money_cells(each["found"]),
        each["provider"],
        each["payment_id"] or each["reference"],
        each["opened_at"],
        each["closed_at"],
        each["detail"],
        each["id"],
    ),
)


@app.command("list")
def list_all(
    as_user: As,
    member: Annotated[str | None, typer.Option(help="Whose (mbr_...); all without.")] = None,
    status: Annotated[PaymentStatus | None, typer.Option(help="Where they stand.")] = None,
    limit: Limit = MAX_LIMIT,
    as_json: AsJson = False,
) -> None:
    """List payments, the latest first."""
    member_id = None if member is None else id_of("member", member)

    async def step(house: ClearingHouse, actor: Actor) -> tuple[Payment, ...] | Decline:
        return accepted(await reading.payments_page(house, actor, member_id, status, None, limit)).items

    views = [payment_view(each) for each in act(as_user, step)]
    _PAYMENTS.show_all(views, as_json=as_json)


@app.command()
def show(payment: Named, as_user: As, as_json: AsJson = False) -> None:
    """Show a payment, and what goes or went back of it."""
    payment_id = id_of("payment", payment)
    _show(asks(as_user, reading.read_payment, payment_id), as_json=as_json)


@app.command()
def ask(payment: Named, as_user: As, as_json: AsJson = False) -> None:
    """Ask the provider about a payment now, and act on its answer."""
    payment_id = id_of("payment", payment)

    async def step(house: ClearingHouse, actor: Actor) -> reading.PaymentHistory | Decline:
        return await reading.ask_about_payment(house, actor, payment_id, datetime.now(UTC))

    _show(act(as_user, step), as_json=as_json)


@app.command("return")
def send_back(payment: Named, as_user: As, as_json: AsJson = False) -> None:
    """Send a disputed payment back to where it came from, or one whose return has failed."""
    command = ReturnPayment(id_of("payment", payment))
    _REFUNDS.show(told(asks(as_user, return_payment, command, fresh_id().hex)), as_json=as_json)


@app.command()
def findings(
    as_user: As,
    kind: Annotated[FindingKind | None, typer.Option(help="What is wrong.")] = None,
    is_open: Annotated[bool | None, typer.Option("--open/--closed", help="Only what is open, or closed.")] = None,
    limit: Limit = MAX_LIMIT,
    as_json: AsJson = False,
) -> None:
    """List where providers and we say different things, the latest first."""

    async def step(house: ClearingHouse, actor: Actor) -> tuple[PaymentFinding, ...] | Decline:
        return accepted(await reading.findings_page(house, actor, kind, None, limit, is_open=is_open)).items

    views = [finding_view(each) for each in act(as_user, step)]
    _FINDINGS.show_all(views, as_json=as_json)


def _show(history: reading.PaymentHistory, *, as_json: bool) -> None:
    if as_json:
        print_json(payment_history_view(history.payment, history.refunds))
        return
    _PAYMENTS.show(payment_view(history.payment), as_json=False)
    if history.refunds:
        _REFUNDS.show_all([payment_refund_view(each) for each in history.refunds], as_json=False)
