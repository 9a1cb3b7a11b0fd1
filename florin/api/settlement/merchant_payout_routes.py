"""Merchants' payouts for our people: what is due and on its way, and what the bank's statement says of it."""

from typing import Annotated, Any, Final

from fastapi import Query
from starlette.responses import Response

from florin.api.callers import people
from florin.api.closures.bodies import ReturnedFields, SettledFields
from florin.api.fields import Choice, MerchantPayoutId
from florin.api.given import TheActor, TheHouse, ThePage, TheRequestId, accepted
from florin.api.idempotency_keys import KEY_PROBLEMS, TheKey, answered
from florin.api.routes import Routes
from florin.api.settlement import answers, examples
from florin.api.views import next_cursor
from florin.clearing.closures.book_payout import ReturnPayout, SettlePayout
from florin.clearing.settlement.allowed import DRAFT, READ
from florin.clearing.settlement.book_merchant_payout import return_merchant_payout, settle_merchant_payout
from florin.clearing.settlement.read_statements import merchant_payouts_page
from florin.clearing.settlement.views import merchant_payout_view
from florin.domain.declines import Decline
from florin.domain.payout import PayoutStatus

ROUTES = Routes("Settlement")

_LIST: Final = "merchant-payouts"
_STEP: Final = (Decline.PAYOUT_NOT_FOUND, Decline.PAYOUT_NOT_IN_STATE, Decline.DUPLICATE_REFERENCE)
OfStatus = Annotated[PayoutStatus | None, Choice, Query(description="Where they stand.")]


@ROUTES.get(
    "/v1/merchant-payouts",
    allows=people(*READ),
    answers=answers.MerchantPayoutPage,
    example={"items": [examples.PAYOUT], "next_cursor": None},
)
async def list_payouts_of_merchants(
    actor: TheActor, house: TheHouse, page: ThePage, status: OfStatus = None
) -> dict[str, Any]:
    """List merchants' payouts, the latest first."""
    found = accepted(await merchant_payouts_page(house, actor, status, page.last_seen(_LIST), page.limit))
    items = [merchant_payout_view(each) for each in found.items]
    return {"items": items, "next_cursor": next_cursor(_LIST, found.next_after)}


@ROUTES.post(
    "/v1/merchant-payouts/{merchant_payout_id}/settle",
    allows=people(*DRAFT),
    problems=(*KEY_PROBLEMS, *_STEP),
    answers=answers.MerchantPayout,
    example=examples.SETTLED,
)
async def settle_payout_of_merchant(
    merchant_payout_id: MerchantPayoutId,
    fields: SettledFields,
    actor: TheActor,
    request_id: TheRequestId,
    house: TheHouse,
    key: TheKey,
) -> Response:
    """Record that the bank statement shows a payout."""
    command = SettlePayout(merchant_payout_id, fields.bank_reference)
    return answered(accepted(await settle_merchant_payout(house, actor, command, key, request_id)))


@ROUTES.post(
    "/v1/merchant-payouts/{merchant_payout_id}/return",
    allows=people(*DRAFT),
    problems=(*KEY_PROBLEMS, *_STEP),
    answers=answers.MerchantPayout,
    example=examples.RETURNED,
)
async def return_payout_of_merchant(
    merchant_payout_id: MerchantPayoutId,
    fields: ReturnedFields,
    actor: TheActor,
    request_id: TheRequestId,
    house: TheHouse,
    key: TheKey,
) -> Response:
    """Record that the bank has sent a payout back; it is paid again once the merchant's account has been confirmed."""
    command = ReturnPayout(merchant_payout_id, fields.bank_reference, fields.reason)
    return answered(accepted(await return_merchant_payout(house, actor, command, key, request_id)))
