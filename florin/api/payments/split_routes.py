"""Split purchases: a till takes what a member's wallet holds, and the member pays the rest online."""

from typing import Annotated, Any

from pydantic import Field
from starlette.responses import JSONResponse, Response

from florin.api.fields import AmountField, Fields, HoldId, PrivateFields, TillReference
from florin.api.given import Now, TheGuesses, TheHouse, TheVisitor, accepted, allowed, told
from florin.api.idempotency_keys import KEY_PROBLEMS, TheKey, tell_replay
from florin.api.payments import answers, examples
from florin.api.payments.payment_routes import ProviderName
from florin.api.routes import Routes
from florin.clearing.payer import ConsentCode
from florin.clearing.payments.read_split import read_split
from florin.clearing.payments.split_purchase import SplitPurchase, split_purchase
from florin.domain.declines import Decline
from florin.domain.scopes import Scope
from florin.storage.posting.request import Answer

ROUTES = Routes("Purchases")


class PaymentCodeFields(PrivateFields):
    """The member's consent, as the till has scanned it."""

    payment_code: Annotated[str, Field(min_length=1, max_length=40)]


class SplitPurchaseFields(Fields, example=examples.NEW_SPLIT_PURCHASE):
    """A purchase that is larger than the member's wallet, and through whom the rest is paid."""

    pay_with: PaymentCodeFields
    amount: AmountField
    reference: TillReference
    provider: ProviderName


@ROUTES.post(
    "/v1/split-purchases",
    allows=Scope.PURCHASES_WRITE,
    status=201,
    problems=(
        *KEY_PROBLEMS,
        Decline.RATE_LIMITED,
        Decline.DUPLICATE_REFERENCE,
        Decline.ALREADY_REVERSED,
        Decline.PROVIDER_NOT_FOUND,
        Decline.MERCHANT_INACTIVE,
        Decline.PAYMENT_CODE_INVALID,
        Decline.CURRENCY_MISMATCH,
        Decline.OUT_OF_NETWORK,
        Decline.MEMBER_NOT_ACTIVE,
        Decline.FUNDS_SUFFICE,
        Decline.INSUFFICIENT_FUNDS,
        Decline.LIMIT_EXCEEDED,
        Decline.REAL_NAME_REQUIRED,
        Decline.PAYMENT_REFUSED,
        Decline.PROVIDER_UNAVAILABLE,
    ),
    answers=answers.SplitPurchase,
    example=examples.SPLIT_PURCHASE,
)
async def begin_split_purchase(
    fields: SplitPurchaseFields,
    visitor: TheVisitor,
    house: TheHouse,
    guesses: TheGuesses,
    now: Now,
    key: TheKey,
) -> Response:
    """Hold all that a member's wallet can pay of a purchase, and begin a payment of the rest.

    The member pays at the payment's `pay_url`; then the purchase is completed as one, under the hold's id
    (`purchase.completed` tells). If nobody pays in time, or the hold is released, nothing is taken. A repetition with
    the same key shows where it stands by then.
    """
    allowed(guesses.refusal(visitor.caller.actor_id))
    command = SplitPurchase(
        ConsentCode(fields.pay_with.payment_code),
        fields.amount.amount,
        fields.amount.currency,
        fields.reference,
        fields.provider,
    )
    result = await split_purchase(house, visitor.caller, key, command, now)
    if isinstance(result, Answer):
        await guesses.count(visitor.caller.actor_id, (result,))
        return told(result)
    begun = accepted(result)
    if begun.payment.hold_id is None:
        raise TypeError("a split purchase has a hold")
    view = accepted(await read_split(house, visitor.caller.id, begun.payment.hold_id, now))
    response = JSONResponse(view, 201)
    if begun.was_there:
        tell_replay(response)
    return response


@ROUTES.get(
    "/v1/split-purchases/{hold_id}",
    allows=Scope.PURCHASES_READ,
    problems=(Decline.SPLIT_PURCHASE_NOT_FOUND,),
    answers=answers.SplitPurchase,
    example=examples.SPLIT_PURCHASE,
)
async def show_split_purchase(hold_id: HoldId, visitor: TheVisitor, house: TheHouse, now: Now) -> dict[str, Any]:
    """Show where a split purchase stands; a till sees its own merchant's only."""
    return accepted(await read_split(house, visitor.merchant_id, hold_id, now))
