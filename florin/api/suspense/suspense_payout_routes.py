"""Money that goes back from suspense: what the bank says of it, where no statement tells."""

from typing import Final

from starlette.responses import Response

from florin.api.asking import ThePersonOnce
from florin.api.callers import people
from florin.api.closures.bodies import ReturnedFields, SettledFields
from florin.api.fields import SuspensePayoutId
from florin.api.idempotency_keys import KEY_PROBLEMS
from florin.api.routes import Routes
from florin.api.settlement.merchant_payout_routes import STEP_PROBLEMS
from florin.api.suspense import answers, examples
from florin.clearing.banking.suspense_payouts import SUSPENSE_PAYOUTS
from florin.clearing.payouts.book_payout import WHO_MAY, ReturnPayout, SettlePayout, return_payout, settle_payout

ROUTES = Routes("Suspense")

_PROBLEMS: Final = (*KEY_PROBLEMS, *STEP_PROBLEMS)


@ROUTES.post(
    "/v1/suspense-payouts/{suspense_payout_id}/settle",
    allows=people(*WHO_MAY),
    problems=_PROBLEMS,
    answers=answers.SuspensePayout,
    example=examples.SETTLED,
)
async def settle_payout_from_suspense(
    suspense_payout_id: SuspensePayoutId, fields: SettledFields, person: ThePersonOnce
) -> Response:
    """Record that the bank has paid what goes back to its sender."""
    command = SettlePayout(suspense_payout_id, fields.bank_reference)
    return await person.asks_once(settle_payout, SUSPENSE_PAYOUTS, command, person.key, person.request_id)


@ROUTES.post(
    "/v1/suspense-payouts/{suspense_payout_id}/return",
    allows=people(*WHO_MAY),
    problems=_PROBLEMS,
    answers=answers.SuspensePayout,
    example=examples.RETURNED,
)
async def return_payout_to_suspense(
    suspense_payout_id: SuspensePayoutId, fields: ReturnedFields, person: ThePersonOnce
) -> Response:
    """Record that the bank has sent it back; its item is open again, for another decision."""
    command = ReturnPayout(suspense_payout_id, fields.bank_reference, fields.reason)
    return await person.asks_once(return_payout, SUSPENSE_PAYOUTS, command, person.key, person.request_id)
