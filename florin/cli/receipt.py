"""``florin receipt``: money that customers have paid, recorded by the bank's reference."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from florin.clearing.answers import amount
from florin.clearing.customers.read_customer import read_customer
from florin.clearing.customers.read_receipts import read_receipt, receipts_page
from florin.clearing.customers.record_receipt import RecordReceipt, record_receipt, require_bank_reference
from florin.clearing.house import ClearingHouse
from florin.cli.configuration import read_amount
from florin.cli.customer_views import told
from florin.cli.desk import As
from florin.cli.exit_codes import Refusal
from florin.cli.order_desk import act, asks, id_of
from florin.cli.plain_words import plain, words
from florin.cli.printing import AsJson, print_json, print_table, say
from florin.cli.running import accepted
from florin.cli.slips import amount as amount_typed
from florin.cli.slips import named
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.money import format_minor
from florin.domain.paging import MAX_LIMIT
from florin.domain.people import Actor
from florin.domain.receipt import Parties, Party, PaymentMethod
from florin.storage.corporate.receipts import Receipt
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import Answer

app = typer.Typer(help="Receipts: money that customers have paid, by the bank's reference.", no_args_is_help=True)


@app.command()
def record(  # noqa: PLR0913, PLR0917 (each is one option of the command)
    customer: Annotated[str, typer.Argument(help="Who has paid (cus_...).")],
    money: Annotated[
        str, typer.Argument(metavar="AMOUNT", callback=amount_typed("AMOUNT"), help="How much, such as 5000 or 99.50.")
    ],
    bank_reference: Annotated[str, typer.Option(help="What the bank calls the transfer; of cash, the slip's number.")],
    payer: Annotated[str, typer.Option(help="Name of who has paid.")],
    payee: Annotated[str, typer.Option(help="Name of who was paid.")],
    as_user: As,
    payer_account: Annotated[str | None, typer.Option(help="Number of the account that the money left.")] = None,
    payee_account: Annotated[str | None, typer.Option(help="Number of the account that it reached.")] = None,
    payment_reference: Annotated[
        str | None, typer.Option(help="The reference of an order, if the payer has named one: it is funded first.")
    ] = None,
    received_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="On which day; today if it is left out.")
    ] = None,
    cash: Annotated[bool, typer.Option("--cash", help="It came in cash; then it names its order.")] = False,
    as_json: AsJson = False,
) -> None:
    """Record money that a customer has paid; its approved orders are funded with it at once.

    A bank reference counts once: the same receipt again changes nothing, and another under it is refused.
    """
    customer_id = id_of("customer", customer)
    method = PaymentMethod.CASH if cash else PaymentMethod.BANK_TRANSFER
    parties = Parties(_party("payer", payer, payer_account), _party("payee", payee, payee_account))
    with named("--bank-reference"):
        require_bank_reference(bank_reference)
    if not cash and (payer_account is None or payee_account is None):
        raise Refusal("--payer-account and --payee-account: a bank transfer has an account at both ends")
    if cash and payment_reference is None:
        raise Refusal("--payment-reference: cash names the order that it pays")

    async def step(house: ClearingHouse, actor: Actor) -> Answer | Decline:
        shown = accepted(await read_customer(house, actor, customer_id))
        unit = shown.funding.unit
        programme = (await house.engine.current_catalogue()).programmes[shown.customer.programme_id]
        command = RecordReceipt(
            customer_id=customer_id,
            method=method,
            bank_reference=bank_reference,
            amount_minor=read_amount("AMOUNT", money, unit),
            unit=unit,
            received_on=programme.business_date(_now()) if received_on is None else received_on.date(),
            parties=parties,
            payment_reference=payment_reference,
        )
        return await record_receipt(house, actor, command, fresh_id().hex, _now())

    answer = act(as_user, step)
    said = told(answer)
    if as_json:
        print_json(said)
        return
    known = ", which was recorded before" if answer.replayed else ""
    say(f"{said['bank_reference']} is {said['id']}{known}.")
    say(f"With it {plain(said['available'])} were available; `florin customer funding` tells what orders have taken.")


@app.command("list")
def list_all(
    as_user: As,
    customer: Annotated[str | None, typer.Option(help="Whose (cus_...); all without.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT, help="How many at most.")] = MAX_LIMIT,
    as_json: AsJson = False,
) -> None:
    """List receipts, the latest first."""
    customer_id = None if customer is None else id_of("customer", customer)

    async def step(house: ClearingHouse, actor: Actor) -> tuple[Receipt, ...] | Decline:
        return accepted(await receipts_page(house, actor, customer_id, None, limit)).items

    found = act(as_user, step)
    if as_json:
        print_json([_json(each) for each in found])
        return
    rows = [
        (
            each.received_on,
            each.bank_reference,
            format_minor(each.amount_minor, each.unit),
            each.unit,
            each.payment_reference,
            wire_id("customer", each.customer_id),
            wire_id("receipt", each.id),
        )
        for each in found
    ]
    print_table("Receipts", ("received", "bank reference", "amount", "", "for order", "customer", "id"), rows)


@app.command()
def show(
    receipt: Annotated[str, typer.Argument(help="Id of the receipt (rct_...).")], as_user: As, as_json: AsJson = False
) -> None:
    """Show a receipt; payer and payee to those who answer for the money."""
    receipt_id = id_of("receipt", receipt)
    shown = asks(as_user, read_receipt, receipt_id)
    parties = None
    if shown.parties is not None:
        ends = (("payer", shown.parties.payer), ("payee", shown.parties.payee))
        parties = {which: {"name": party.name, "account": party.account} for which, party in ends}
    if as_json:
        print_json({**_json(shown.receipt), "parties": parties})
        return
    facts = _json(shown.receipt)
    facts["amount"] = plain(facts["amount"])
    facts["method"] = words(facts["method"])
    rows = [(words(name).removesuffix(" id"), value) for name, value in facts.items()]
    for which, party in (parties or {}).items():
        rows.append((which, " ".join(filter(None, (party["name"], party["account"])))))
    print_table(shown.receipt.bank_reference, ("field", "value"), rows)


def _party(which: str, name: str, account: str | None) -> Party:
    with named(f"--{which}"):
        Party.read(which, name, None)
    with named(f"--{which}-account"):
        return Party.read(which, name, account)


def _json(receipt: Receipt) -> dict[str, Any]:
    return {
        "id": wire_id("receipt", receipt.id),
        "customer_id": wire_id("customer", receipt.customer_id),
        "method": receipt.method,
        "bank_reference": receipt.bank_reference,
        "amount": amount(receipt.amount_minor, receipt.unit),
        "payment_reference": receipt.payment_reference,
        "received_on": receipt.received_on,
        "recorded_by": wire_id("login", receipt.recorded_by),
        "journal_id": wire_id("journal", receipt.journal_id),
        "posted_at": receipt.posted_at,
    }


def _now() -> datetime:
    return datetime.now(UTC)
