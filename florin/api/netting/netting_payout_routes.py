"""Payouts between programmes: what is due and on its way, and what the banks' statements say of it."""

from typing import Any, Final

from starlette.responses import Response

from florin.api.asking import ThePerson, ThePersonOnce
from florin.api.callers import people
from florin.api.closures.bodies import ReturnedFields, SettledFields
from florin.api.fields import NettingPayoutId
from florin.api.given import ThePage
from florin.api.idempotency_keys import KEY_PROBLEMS
from florin.api.management_examples import page_of
from florin.api.netting import answers, examples
from florin.api.routes import Routes
from florin.api.settlement.merchant_payout_routes import STEP_PROBLEMS, OfStatus
from florin.api.views import listed
from florin.clearing.netting.netting_payouts import NETTING_PAYOUTS, receive_netting_payout
from florin.clearing.netting.read_nettings import netting_payouts_page
from florin.clearing.netting.views import netting_payout_view
from florin.clearing.payouts.book_payout import ReturnPayout, SettlePayout, return_payout, settle_payout
from florin.clearing.settlement.allowed import DRAFT, READ

ROUTES = Routes("Netting")

_LIST: Final = "netting-payouts"
_PROBLEMS: Final = (*KEY_PROBLEMS, *STEP_PROBLEMS)


@ROUTES.get(
    "/v1/netting-payouts",
    allows=people(*READ),
    answers=answers.NettingPayoutPage,
    example=page_of(examples.PAYOUT),
)
async def list_payouts_between_programmes(person: ThePerson, page: ThePage, status: OfStatus = None) -> dict[str, Any]:
    """List payouts between programmes, the latest first."""
    found = await person.asks(netting_payouts_page, status, page.last_seen(_LIST), page.limit)
    return listed(_LIST, found, netting_payout_view)


@ROUTES.post(
    "/v1/netting-payouts/{netting_payout_id}/settle",
    allows=people(*DRAFT),
    problems=_PROBLEMS,
    answers=answers.NettingPayout,
    example=examples.SETTLED,
)
async def settle_netting_payout(
    netting_payout_id: NettingPayoutId, fields: SettledFields, person: ThePersonOnce
) -> Response:
    """Record that the debtor's bank statement shows a payout."""
    command = SettlePayout(netting_payout_id, fields.bank_reference)
    return await person.asks_once(settle_payout, NETTING_PAYOUTS, command, person.key, person.request_id)


@ROUTES.post(
    "/v1/netting-payouts/{netting_payout_id}/receive",
    allows=people(*DRAFT),
    problems=_PROBLEMS,
    answers=answers.NettingPayout,
    example=examples.RECEIVED,
)
async def receive_payout_of_programme(
    netting_payout_id: NettingPayoutId, fields: SettledFields, person: ThePersonOnce
) -> Response:
    """Record that the creditor's bank statement shows a payout."""
    command = SettlePayout(netting_payout_id, fields.bank_reference)
    return await person.asks_once(receive_netting_payout, command, person.key, person.request_id)


@ROUTES.post(
    "/v1/netting-payouts/{netting_payout_id}/return",
    allows=people(*DRAFT),
    problems=_PROBLEMS,
    answers=answers.NettingPayout,
    example=examples.RETURNED,
)
async def return_netting_payout(
    netting_payout_id: NettingPayoutId, fields: ReturnedFields, person: ThePersonOnce
) -> Response:
    """Record that the bank has sent a payout back; what it was is part of the pair's next netting statement."""
    command = ReturnPayout(netting_payout_id, fields.bank_reference, fields.reason)
    return await person.asks_once(return_payout, NETTING_PAYOUTS, command, person.key, person.request_id)
