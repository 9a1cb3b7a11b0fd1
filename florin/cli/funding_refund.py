"""``florin funding-refund``: money of a customer that goes back, requested by one person and decided by another."""

from typing import Annotated, Final

import typer

from florin.clearing.customers.decide_funding_refund import DecideFundingRefund, decide_funding_refund
from florin.clearing.customers.money_views import funding_refund_view
from florin.clearing.customers.pay_funding_refund import PayFundingRefund, pay_funding_refund
from florin.clearing.customers.read_customer import read_customer
from florin.clearing.customers.read_funding_refunds import funding_refunds_page, read_funding_refund
from florin.clearing.customers.request_funding_refund import RequestFundingRefund, request_funding_refund
from florin.clearing.house import ClearingHouse
from florin.cli.configuration import read_amount
from florin.cli.customer_views import told
from florin.cli.desk import As
from florin.cli.order_desk import act, asks, id_of
from florin.cli.plain_words import money_cells, words
from florin.cli.printing import AsJson, Form
from florin.cli.running import accepted
from florin.cli.slips import amount
from florin.cli.slips import reason as reason_typed
from florin.cli.step_up import act_with_code
from florin.domain.declines import Decline
from florin.domain.funding_refund import FundingRefund, FundingRefundStatus
from florin.domain.paging import MAX_LIMIT
from florin.domain.people import Actor
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof
from florin.storage.posting.request import Answer

app = typer.Typer(help="Funding refunds: money of a customer that goes back, by two people.", no_args_is_help=True)

Named = Annotated[str, typer.Argument(metavar="REFUND", help="Id of the refund (frf_...).")]

_REFUNDS: Final = Form(
    "Funding refunds",
    ("status", "amount", "", "reason", "bank reference", "customer", "id"),
    lambda each: (
        words(each["status"]),
        *money_cells(each["amount"]),
        each["reason"],
        each["bank_reference"],
        each["customer_id"],
        each["id"],
    ),
)


@app.command()
def request(
    customer: Annotated[str, typer.Argument(help="Whose money goes back (cus_...).")],
    money: Annotated[str, typer.Argument(metavar="AMOUNT", callback=amount("AMOUNT"), help="How much, such as 99.50.")],
    reason: Annotated[str, typer.Option(callback=reason_typed, help="Why, in a line; it is kept.")],
    as_user: As,
    key: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help="A name of your own for this request: once more under it reserves nothing more."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Request that free money goes back to the customer's bank account in force; it is reserved at once."""
    customer_id = id_of("customer", customer)

    async def step(house: ClearingHouse, actor: Actor) -> Answer | Decline:
        unit = accepted(await read_customer(house, actor, customer_id)).funding.unit
        command = RequestFundingRefund(
            customer_id=customer_id, amount_minor=read_amount("AMOUNT", money, unit), unit=unit, reason=reason
        )
        return await request_funding_refund(house, actor, command, key or fresh_id().hex)

    _REFUNDS.show(told(act(as_user, step)), as_json=as_json)


@app.command()
def approve(refund: Named, as_user: As, as_json: AsJson = False) -> None:
    """Send the money on its way."""
    _decide(refund, as_user, approve=True, as_json=as_json)


@app.command()
def refuse(refund: Named, as_user: As, as_json: AsJson = False) -> None:
    """Give a request up: its money is free again."""
    _decide(refund, as_user, approve=False, as_json=as_json)


@app.command()
def pay(
    refund: Named,
    bank_reference: Annotated[str, typer.Option(help="What the bank calls the payment.")],
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Record that the bank has paid an approved refund."""
    command = PayFundingRefund(id_of("funding_refund", refund), bank_reference)
    _REFUNDS.show(told(asks(as_user, pay_funding_refund, command, fresh_id().hex)), as_json=as_json)


@app.command()
def show(refund: Named, as_user: As, as_json: AsJson = False) -> None:
    """Show a refund."""
    refund_id = id_of("funding_refund", refund)
    _REFUNDS.show(funding_refund_view(asks(as_user, read_funding_refund, refund_id)), as_json=as_json)


@app.command("list")
def list_all(
    as_user: As,
    customer: Annotated[str | None, typer.Option(help="Whose (cus_...); all without.")] = None,
    status: Annotated[FundingRefundStatus | None, typer.Option(help="Where they stand.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT, help="How many at most.")] = MAX_LIMIT,
    as_json: AsJson = False,
) -> None:
    """List refunds, the latest first."""
    customer_id = None if customer is None else id_of("customer", customer)

    async def step(house: ClearingHouse, actor: Actor) -> tuple[FundingRefund, ...] | Decline:
        return accepted(await funding_refunds_page(house, actor, customer_id, status, None, limit)).items

    views = [funding_refund_view(each) for each in act(as_user, step)]
    _REFUNDS.show_all(views, as_json=as_json)


def _decide(refund: str, as_user: str, *, approve: bool, as_json: bool) -> None:
    command = DecideFundingRefund(id_of("funding_refund", refund), approve)

    async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> Answer | Decline:
        return await decide_funding_refund(house, actor, command, proof, fresh_id().hex)

    _REFUNDS.show(told(act_with_code(as_user, step)), as_json=as_json)
