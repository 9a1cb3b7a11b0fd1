"""Payments through providers: members top up and have unspent money sent back."""

from typing import Annotated, Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from florin.api.asking import TheMember
from florin.api.callers import Audience
from florin.api.fields import AmountField, Fields, PaymentId
from florin.api.given import Now, TheHouse, ThePage, TheVisitor, accepted
from florin.api.idempotency_keys import KEY_PROBLEMS, TheKey, answered, tell_replay
from florin.api.management_examples import page_of
from florin.api.payments import answers, examples
from florin.api.routes import Routes
from florin.api.views import listed
from florin.clearing.payments.create_payment import CreatePayment, create_payment
from florin.clearing.payments.payment_views import payment_history_view, payment_view
from florin.clearing.payments.read_payments import own_payment, own_payments
from florin.clearing.payments.request_refund import RequestRefund, request_refund
from florin.domain.declines import Decline
from florin.domain.return_address import LONGEST_ADDRESS

ROUTES = Routes("Payments")

_LIST = "my-payments"

ReturnUrl = Annotated[
    str | None,
    Field(max_length=LONGEST_ADDRESS, description="Where the payer comes back to: one of the programme's `urls`."),
]
ProviderName = Annotated[str, Field(pattern="^[a-z][a-z0-9_-]{0,31}$")]


class PaymentFields(Fields, example=examples.NEW_PAYMENT):
    """How much a member brings in, and through whom."""

    provider: ProviderName
    amount: AmountField
    return_url: ReturnUrl = None


class PaymentRefundFields(Fields, example=examples.NEW_REFUND):
    """How much is to go back; without an amount, all that is unspent."""

    amount: AmountField | None = None


@ROUTES.get(
    "/v1/payment-providers", allows=Audience.MEMBER, answers=answers.PaymentProviders, example=examples.PROVIDERS
)
async def list_payment_providers(house: TheHouse) -> dict[str, Any]:
    """List the providers that a member can pay through."""
    return {"items": sorted(house.providers)}


@ROUTES.post(
    "/v1/me/payments",
    allows=Audience.MEMBER,
    status=201,
    problems=(
        *KEY_PROBLEMS,
        Decline.RATE_LIMITED,
        Decline.PROVIDER_NOT_FOUND,
        Decline.CURRENCY_MISMATCH,
        Decline.MEMBER_NOT_ACTIVE,
        Decline.LIMIT_EXCEEDED,
        Decline.REAL_NAME_REQUIRED,
        Decline.RETURN_URL_NOT_ALLOWED,
        Decline.PAYMENT_REFUSED,
        Decline.PROVIDER_UNAVAILABLE,
    ),
    answers=answers.Payment,
    example=examples.PAYMENT,
)
async def begin_payment(
    fields: PaymentFields, visitor: TheVisitor, house: TheHouse, now: Now, key: TheKey, request: Request
) -> Response:
    """Begin a payment into the wallet; pay at its `pay_url` until it expires.

    The money is in the wallet once the provider has confirmed it. A repetition with the same key shows the payment as
    it stands by then, and asks the provider again if it had not answered.
    """
    command = CreatePayment(fields.provider, fields.amount.amount, fields.amount.currency, fields.return_url)
    address = request.client.host if request.client else ""
    begun = accepted(await create_payment(house, visitor.caller, key, command, address, now))
    response = JSONResponse(payment_view(begun.payment), 201)
    if begun.was_there:
        tell_replay(response)
    return response


@ROUTES.get("/v1/me/payments", allows=Audience.MEMBER, answers=answers.PaymentPage, example=page_of(examples.PAYMENT))
async def list_my_payments(member: TheMember, page: ThePage) -> dict[str, Any]:
    """List the member's payments, the latest first."""
    found = await own_payments(member.house, member.who.member_id, page.last_seen(_LIST), page.limit)
    return listed(_LIST, found, payment_view)


@ROUTES.get(
    "/v1/me/payments/{payment_id}",
    allows=Audience.MEMBER,
    problems=(Decline.PAYMENT_NOT_FOUND,),
    answers=answers.PaymentHistory,
    example=examples.HISTORY,
)
async def show_my_payment(payment_id: PaymentId, member: TheMember) -> dict[str, Any]:
    """Show a payment of the member's, with what goes back of it."""
    history = accepted(await own_payment(member.house, member.who.member_id, payment_id))
    return payment_history_view(history.payment, history.refunds)


@ROUTES.post(
    "/v1/me/payments/{payment_id}/refunds",
    allows=Audience.MEMBER,
    status=201,
    problems=(
        *KEY_PROBLEMS,
        Decline.PAYMENT_NOT_FOUND,
        Decline.MEMBER_NOT_ACTIVE,
        Decline.PAYMENT_NOT_REFUNDABLE,
        Decline.CURRENCY_MISMATCH,
        Decline.REFUND_PERIOD_OVER,
        Decline.REFUND_EXCEEDS_UNSPENT,
    ),
    answers=answers.PaymentRefundChanged,
    example=examples.REFUND_REQUESTED,
)
async def send_payment_back(
    payment_id: PaymentId, fields: PaymentRefundFields, visitor: TheVisitor, house: TheHouse, key: TheKey
) -> Response:
    """Send unspent money of a payment back to where it came from, within the policy's cooling-off time.

    It leaves the wallet at once, and is put back if the provider cannot pay it.
    """
    wanted = (None, None) if fields.amount is None else (fields.amount.amount, fields.amount.currency)
    command = RequestRefund(payment_id, *wanted)
    return answered(await house.engine.submit(request_refund(house, visitor.caller, key, command)), 201)
