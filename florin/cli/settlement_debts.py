"""What merchants owe for cards that they have sold, and pay by bank transfer, by command."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from florin.clearing.house import ClearingHouse
from florin.clearing.settlement.pay_merchant_debt import PayMerchantDebt, pay_merchant_debt
from florin.clearing.settlement.read_merchant_debts import read_merchant_debts
from florin.clearing.settlement.views import debts_view
from florin.cli.configuration import merchant_of, programme_of, read_amount
from florin.cli.customer_views import told
from florin.cli.desk import As
from florin.cli.order_desk import act
from florin.cli.printing import AsJson, print_json, print_table, say
from florin.cli.settlement_agreements import Merchant, Programme
from florin.cli.slips import amount
from florin.domain.declines import Decline
from florin.domain.merchant_debt import MerchantDebts
from florin.domain.money import format_minor
from florin.domain.people import Actor
from florin.storage.catalogue import read_catalogue
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import Answer


def show(merchant: Merchant, as_user: As, as_json: AsJson = False) -> None:
    """Show what a merchant owes for cards that it has sold, and the reference under which it pays by transfer."""

    async def step(house: ClearingHouse, actor: Actor) -> MerchantDebts | Decline:
        whose = merchant_of(await read_catalogue(house.pool), merchant)
        return await read_merchant_debts(house, actor, whose.id)

    view = debts_view(act(as_user, step))
    if as_json:
        print_json(view)
        return
    owed = [(each["programme_id"], each["owed_for_cards"]) for each in view["items"]]
    rows = [
        (programme, format_minor(money["amount"], money["currency"]), money["currency"]) for programme, money in owed
    ]
    print_table(f"Payment reference {view['payment_reference']}", ("programme", "owed for cards", ""), rows)


def pay(
    programme: Programme,
    merchant: Merchant,
    money: Annotated[str, typer.Argument(metavar="AMOUNT", callback=amount("AMOUNT"), help="How much has come in.")],
    bank_reference: Annotated[str, typer.Option(help="What the bank calls the transfer.")],
    as_user: As,
    received_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="On which day; today if it is left out.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Record that a merchant has paid by transfer what it owes for cards that it has sold, or some of it."""

    async def step(house: ClearingHouse, actor: Actor) -> Answer | Decline:
        now, catalogue = datetime.now(UTC), await read_catalogue(house.pool)
        paid = programme_of(catalogue, programme)
        command = PayMerchantDebt(
            programme_id=paid.id,
            merchant_id=merchant_of(catalogue, merchant).id,
            bank_reference=bank_reference,
            amount_minor=read_amount("AMOUNT", money, paid.unit),
            unit=paid.unit,
            received_on=paid.business_date(now) if received_on is None else received_on.date(),
        )
        return await pay_merchant_debt(house, actor, command, fresh_id().hex, now)

    said = told(act(as_user, step))
    if as_json:
        print_json(said)
    else:
        say(f"{said['bank_reference']} is {said['id']}.")
