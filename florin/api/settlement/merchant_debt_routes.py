"""What merchants owe for cards that they have sold: read by our people and each merchant's key, paid by transfer."""

from typing import Annotated, Any

from pydantic import Field
from starlette.responses import Response

from florin.api.asking import ThePersonOnce
from florin.api.callers import people
from florin.api.fields import AmountField, Day, Fields, MerchantId, ProgrammeId
from florin.api.given import TheHouse, TheVisitor, accepted
from florin.api.idempotency_keys import KEY_PROBLEMS
from florin.api.routes import Routes
from florin.api.settlement import answers, examples
from florin.api.settlement.merchant_statement_routes import READERS
from florin.clearing.customers.record_receipt import LONGEST_REFERENCE
from florin.clearing.settlement.allowed import DRAFT
from florin.clearing.settlement.pay_merchant_debt import PayMerchantDebt, pay_merchant_debt
from florin.clearing.settlement.read_merchant_debts import read_merchant_debts
from florin.clearing.settlement.views import debts_view
from florin.domain.declines import Decline

ROUTES = Routes("Settlement")


class DebtPaymentFields(Fields, example=examples.NEW_DEBT_PAYMENT):
    """Money that a merchant has paid onto a programme's bank account."""

    programme_id: ProgrammeId
    amount: AmountField
    bank_reference: Annotated[str, Field(min_length=1, max_length=LONGEST_REFERENCE)]
    received_on: Day


@ROUTES.get(
    "/v1/merchants/{merchant_id}/debts",
    allows=READERS,
    problems=(Decline.MERCHANT_NOT_FOUND,),
    answers=answers.MerchantDebts,
    example=examples.DEBTS,
)
async def show_merchant_debts(merchant_id: MerchantId, visitor: TheVisitor, house: TheHouse) -> dict[str, Any]:
    """Show what a merchant owes each programme for cards that it has sold, and the reference under which it pays."""
    reader = visitor.actor or visitor.merchant_id
    return debts_view(accepted(await read_merchant_debts(house, reader, merchant_id)))


@ROUTES.post(
    "/v1/merchants/{merchant_id}/debt-payments",
    allows=people(*DRAFT),
    status=201,
    problems=(
        *KEY_PROBLEMS,
        Decline.PROGRAMME_NOT_FOUND,
        Decline.MERCHANT_NOT_FOUND,
        Decline.CURRENCY_MISMATCH,
        Decline.MERCHANT_OWES_LESS,
        Decline.DUPLICATE_REFERENCE,
    ),
    answers=answers.MerchantDebtPayment,
    example=examples.DEBT_PAYMENT,
)
async def record_debt_payment(merchant_id: MerchantId, fields: DebtPaymentFields, person: ThePersonOnce) -> Response:
    """Record that a merchant has paid by transfer what it owes for cards, or some of it.

    A line of the bank's statement that names the merchant's payment reference does so by itself. A bank reference
    counts once in a programme.
    """
    command = PayMerchantDebt(
        programme_id=fields.programme_id,
        merchant_id=merchant_id,
        bank_reference=fields.bank_reference,
        amount_minor=fields.amount.amount,
        unit=fields.amount.currency,
        received_on=fields.received_on,
    )
    return await person.asks_once(pay_merchant_debt, command, person.key, person.now, person.request_id)
