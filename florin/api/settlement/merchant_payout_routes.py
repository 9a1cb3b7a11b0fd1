"""Merchants' payouts for our people: what is due and on its way, and what the bank's statement says of it."""

from typing import Annotated, Any, Final

from fastapi import Query
from starlette.responses import Response

from florin.api.asking import ThePerson, ThePersonOnce
from florin.api.callers import people
from florin.api.closures.bodies import ReturnedFields, SettledFields
from florin.api.fields import Choice, MerchantPayoutId
from florin.api.given import ThePage
from florin.api.idempotency_keys import KEY_PROBLEMS
from florin.api.management_examples import page_of
from florin.api.routes import Routes
from florin.api.settlement import answers, examples
from florin.api.views import listed
from florin.clearing.payouts.book_payout import ReturnPayout, SettlePayout, return_payout, settle_payout
from florin.clearing.settlement.allowed import DRAFT, READ
from florin.clearing.settlement.merchant_payouts import MERCHANT_PAYOUTS
from florin.clearing.settlement.read_statements import merchant_payouts_page
from florin.clearing.settlement.views import merchant_payout_view
from florin.domain.declines import Decline
from florin.domain.payout import PayoutStatus

ROUTES = Routes("Settlement")

_LIST: Final = "merchant-payouts"
STEP_PROBLEMS: Final = (Decline.PAYOUT_NOT_FOUND, Decline.PAYOUT_NOT_IN_STATE, Decline.DUPLICATE_REFERENCE)
OfStatus = Annotated[PayoutStatus | None, Choice, Query(description="Where they stand.")]


@ROUTES.get(
    "/v1/merchant-payouts", allows=people(*READ), answers=answers.MerchantPayoutPage, example=page_of(examples.PAYOUT)
)
async def list_payouts_of_merchants(person: ThePerson, page: ThePage, status: OfStatus = None) -> dict[str, Any]:
    """List merchants' payouts, the latest first."""
    found = await person.asks(merchant_payouts_page, status, page.last_seen(_LIST), page.limit)
    return listed(_LIST, found, merchant_payout_view)


@ROUTES.post(
    "/v1/merchant-payouts/{merchant_payout_id}/settle",
    allows=people(*DRAFT),
    problems=(*KEY_PROBLEMS, *STEP_PROBLEMS),
    answers=answers.MerchantPayout,
    example=examples.SETTLED,
)
async def settle_payout_of_merchant(
    merchant_payout_id: MerchantPayoutId, fields: SettledFields, person: ThePersonOnce
) -> Response:
    """Record that the bank statement shows a payout."""
    command = SettlePayout(merchant_payout_id, fields.bank_reference)
    return await person.asks_once(settle_payout, MERCHANT_PAYOUTS, command, person.key, person.request_id)


@ROUTES.post(
    "/v1/merchant-payouts/{merchant_payout_id}/return",
    allows=people(*DRAFT),
    problems=(*KEY_PROBLEMS, *STEP_PROBLEMS),
    answers=answers.MerchantPayout,
    example=examples.RETURNED,
)
async def return_payout_of_merchant(
    merchant_payout_id: MerchantPayoutId, fields: ReturnedFields, person: ThePersonOnce
) -> Response:
    """Record that the bank has sent a payout back; it is paid again once the merchant's account has been confirmed."""
    command = ReturnPayout(merchant_payout_id, fields.bank_reference, fields.reason)
    return await person.asks_once(return_payout, MERCHANT_PAYOUTS, command, person.key, person.request_id)
