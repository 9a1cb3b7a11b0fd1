"""Funding refunds: money of a customer that goes back, requested by one person and decided by another."""

from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from florin.api.asking import AskingOnce, ThePerson, ThePersonOnce, proof_of
from florin.api.callers import people
from florin.api.corporate import customer_examples as examples
from florin.api.corporate import funding_answers as answers
from florin.api.corporate.receipt_routes import OfCustomer, Reference
from florin.api.fields import AmountField, Choice, CustomerId, Fields, FundingRefundId, Line
from florin.api.given import ThePage
from florin.api.idempotency_keys import KEY_PROBLEMS
from florin.api.management_examples import page_of
from florin.api.people.step_up import STEP_UP_PROBLEMS, StepUpFields
from florin.api.routes import Routes
from florin.api.views import listed
from florin.clearing.customers import decide_funding_refund as deciding
from florin.clearing.customers import pay_funding_refund as paying
from florin.clearing.customers import request_funding_refund as requesting
from florin.clearing.customers.allowed import READERS
from florin.clearing.customers.money_views import funding_refund_view
from florin.clearing.customers.read_funding_refunds import funding_refunds_page, read_funding_refund
from florin.domain.declines import Decline
from florin.domain.funding_refund import FundingRefundStatus
from florin.domain.people import Actor

ROUTES = Routes("Funding refunds")

_LIST = "funding_refunds"
_DECISION = (
    *KEY_PROBLEMS,
    Decline.FUNDING_REFUND_NOT_FOUND,
    Decline.FUNDING_REFUND_NOT_IN_STATE,
    Decline.SAME_PERSON,
    *STEP_UP_PROBLEMS,
)
OfStatus = Annotated[FundingRefundStatus | None, Choice, Query(description="Where they stand.")]


class FundingRefundFields(Fields, example=examples.NEW_FUNDING_REFUND):
    """Money that is to go back to a customer, and why."""

    customer_id: CustomerId
    amount: AmountField
    reason: Line


class PaidFields(Fields, example=examples.PAY):
    """The bank's own reference of the payment."""

    bank_reference: Reference


@ROUTES.post(
    "/v1/funding-refunds",
    allows=people(*requesting.WHO_MAY),
    status=201,
    problems=(
        *KEY_PROBLEMS,
        Decline.CUSTOMER_NOT_FOUND,
        Decline.CURRENCY_MISMATCH,
        Decline.CUSTOMER_NOT_ACTIVE,
        Decline.REFUND_ACCOUNT_REQUIRED,
        Decline.INSUFFICIENT_FUNDS,
    ),
    answers=answers.FundingRefundChanged,
    example=examples.FUNDING_REFUND_REQUESTED,
)
async def request_funding_refund(fields: FundingRefundFields, person: ThePersonOnce) -> Response:
    """Request that free money of a customer goes back to its bank account in force; it is reserved at once."""
    command = requesting.RequestFundingRefund(
        customer_id=fields.customer_id,
        amount_minor=fields.amount.amount,
        unit=fields.amount.currency,
        reason=fields.reason,
    )
    return await person.asks_once(requesting.request_funding_refund, command, person.key, person.request_id)


@ROUTES.get(
    "/v1/funding-refunds",
    allows=people(*READERS),
    problems=(Decline.CUSTOMER_NOT_FOUND,),
    answers=answers.FundingRefundPage,
    example=page_of(examples.FUNDING_REFUND),
)
async def list_funding_refunds(
    person: ThePerson, page: ThePage, customer_id: OfCustomer = None, status: OfStatus = None
) -> dict[str, Any]:
    """List refunds of customers' money, the latest first."""
    found = await person.asks(funding_refunds_page, customer_id, status, page.last_seen(_LIST), page.limit)
    return listed(_LIST, found, funding_refund_view)


@ROUTES.get(
    "/v1/funding-refunds/{funding_refund_id}",
    allows=people(*READERS),
    problems=(Decline.FUNDING_REFUND_NOT_FOUND,),
    answers=answers.FundingRefund,
    example=examples.FUNDING_REFUND,
)
async def show_funding_refund(funding_refund_id: FundingRefundId, person: ThePerson) -> dict[str, Any]:
    """Show a refund of a customer's money."""
    return funding_refund_view(await person.asks(read_funding_refund, funding_refund_id))


@ROUTES.post(
    "/v1/funding-refunds/{funding_refund_id}/approve",
    allows=people(*deciding.WHO_MAY),
    problems=(*_DECISION, Decline.CUSTOMER_NOT_ACTIVE, Decline.REFUND_ACCOUNT_CHANGED),
    answers=answers.FundingRefundChanged,
    example=examples.FUNDING_REFUND_APPROVED,
)
async def approve_funding_refund(
    funding_refund_id: FundingRefundId, fields: StepUpFields, person: ThePersonOnce
) -> Response:
    """Send the money on its way; the bank account of the request must be the one in force at this moment.

    A repetition with the same key needs a new one-time code, and is answered as the first time.
    """
    command = deciding.DecideFundingRefund(funding_refund_id, approve=True)
    return await _decided(person, command, fields)


@ROUTES.post(
    "/v1/funding-refunds/{funding_refund_id}/refuse",
    allows=people(*deciding.WHO_MAY),
    problems=_DECISION,
    answers=answers.FundingRefundChanged,
    example={**examples.FUNDING_REFUND_REQUESTED, "status": "refused"},
)
async def refuse_funding_refund(
    funding_refund_id: FundingRefundId, fields: StepUpFields, person: ThePersonOnce
) -> Response:
    """Give a request up: its money is free again, and funds what waits for it."""
    command = deciding.DecideFundingRefund(funding_refund_id, approve=False)
    return await _decided(person, command, fields)


@ROUTES.post(
    "/v1/funding-refunds/{funding_refund_id}/pay",
    allows=people(*paying.WHO_MAY),
    problems=(
        *KEY_PROBLEMS,
        Decline.FUNDING_REFUND_NOT_FOUND,
        Decline.FUNDING_REFUND_NOT_IN_STATE,
        Decline.DUPLICATE_REFERENCE,
    ),
    answers=answers.FundingRefundChanged,
    example=examples.FUNDING_REFUND_PAID,
)
async def pay_funding_refund(funding_refund_id: FundingRefundId, fields: PaidFields, person: ThePersonOnce) -> Response:
    """Record that the bank has paid an approved refund."""
    command = paying.PayFundingRefund(funding_refund_id, fields.bank_reference)
    return await person.asks_once(paying.pay_funding_refund, command, person.key, person.request_id)


async def _decided(person: AskingOnce[Actor], command: deciding.DecideFundingRefund, fields: StepUpFields) -> Response:
    await person.asks(read_funding_refund, command.refund_id)
    proof = await proof_of(person, fields.totp_code)
    return await person.asks_once(deciding.decide_funding_refund, command, proof, person.key, person.request_id)
