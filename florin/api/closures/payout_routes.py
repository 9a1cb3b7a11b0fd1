"""Payouts of closed accounts for our people: handed over, settled, returned, and led to another account."""

from typing import Annotated, Any, Final

from fastapi import Query
from starlette.responses import Response

from florin.api.asking import ThePerson, ThePersonOnce, proof_of
from florin.api.callers import people
from florin.api.closures import answers, examples
from florin.api.closures.bodies import (
    AccountFields,
    ReturnedFields,
    SettledFields,
)
from florin.api.fields import Choice, ClosurePayoutId
from florin.api.given import ThePage
from florin.api.idempotency_keys import KEY_PROBLEMS, answered
from florin.api.management_examples import page_of
from florin.api.people.step_up import STEP_UP_PROBLEMS, StepUpFields
from florin.api.routes import Routes
from florin.api.views import listed
from florin.clearing.closures import name_account as naming
from florin.clearing.closures.closure_payouts import CLOSURE_PAYOUTS
from florin.clearing.closures.hand_over_cash import hand_over_cash
from florin.clearing.closures.read_closure import READERS, payouts_page
from florin.clearing.closures.views import payout_view
from florin.clearing.payouts import book_payout as booking
from florin.domain.declines import Decline
from florin.domain.payout import PayoutStatus

ROUTES = Routes("Closures")

_LIST: Final = "closure-payouts"
_STEP: Final = (Decline.PAYOUT_NOT_FOUND, Decline.PAYOUT_NOT_IN_STATE)
OfStatus = Annotated[PayoutStatus | None, Choice, Query(description="Where they stand.")]


@ROUTES.get(
    "/v1/closure-payouts", allows=people(*READERS), answers=answers.PayoutPage, example=page_of(examples.PAYOUT)
)
async def list_payouts(person: ThePerson, page: ThePage, status: OfStatus = None) -> dict[str, Any]:
    """List payouts of closed accounts, the latest first."""
    found = await person.asks(payouts_page, status, page.last_seen(_LIST), page.limit)
    return listed(_LIST, found, payout_view)


@ROUTES.post(
    "/v1/closure-payouts/{closure_payout_id}/account",
    allows=people(*naming.GIVE),
    problems=(*_STEP, Decline.PAYOUT_ACCOUNT_NOT_OWN, Decline.REAL_NAME_REQUIRED),
    answers=answers.Payout,
    example={**examples.PAYOUT, "status": "proposed", "cause": "returned"},
)
async def name_account(closure_payout_id: ClosurePayoutId, fields: AccountFields, person: ThePerson) -> Response:
    """Name a bank account, in the name on record, for a payout that waits for one; another person accepts it."""
    command = naming.NameAccount(closure_payout_id, fields.read())
    return answered(await person.asks(naming.name_account, command, person.request_id))


@ROUTES.post(
    "/v1/closure-payouts/{closure_payout_id}/account/accept",
    allows=people(*naming.ACCEPT),
    problems=(*_STEP, Decline.SAME_PERSON, *STEP_UP_PROBLEMS),
    answers=answers.Payout,
    example={**examples.PAYOUT, "cause": "returned"},
)
async def accept_account(closure_payout_id: ClosurePayoutId, fields: StepUpFields, person: ThePerson) -> Response:
    """Let a payout, and what is owed later, go to the account that another person has named."""
    proof = await proof_of(person, fields.totp_code)
    return answered(await person.asks(naming.accept_account, closure_payout_id, proof, person.request_id))


@ROUTES.post(
    "/v1/closure-payouts/{closure_payout_id}/hand-over",
    allows=people(*booking.WHO_MAY),
    problems=(*KEY_PROBLEMS, *_STEP),
    answers=answers.Payout,
    example={**examples.SENT, "in_cash": True, "file_id": None},
)
async def hand_over(closure_payout_id: ClosurePayoutId, person: ThePersonOnce) -> Response:
    """Record that a payout was handed over in cash."""
    return await person.asks_once(hand_over_cash, closure_payout_id, person.key, person.request_id)


@ROUTES.post(
    "/v1/closure-payouts/{closure_payout_id}/settle",
    allows=people(*booking.WHO_MAY),
    problems=(*KEY_PROBLEMS, *_STEP, Decline.DUPLICATE_REFERENCE),
    answers=answers.Payout,
    example=examples.PAYOUT_SETTLED,
)
async def settle_payout(closure_payout_id: ClosurePayoutId, fields: SettledFields, person: ThePersonOnce) -> Response:
    """Record that the bank statement shows a payout."""
    command = booking.SettlePayout(closure_payout_id, fields.bank_reference)
    return await person.asks_once(booking.settle_payout, CLOSURE_PAYOUTS, command, person.key, person.request_id)


@ROUTES.post(
    "/v1/closure-payouts/{closure_payout_id}/return",
    allows=people(*booking.WHO_MAY),
    problems=(*KEY_PROBLEMS, *_STEP, Decline.DUPLICATE_REFERENCE),
    answers=answers.Payout,
    example=examples.PAYOUT_RETURNED,
)
async def return_payout(closure_payout_id: ClosurePayoutId, fields: ReturnedFields, person: ThePersonOnce) -> Response:
    """Record that the bank has sent a payout back; another of the same amount waits for an account."""
    command = booking.ReturnPayout(closure_payout_id, fields.bank_reference, fields.reason)
    return await person.asks_once(booking.return_payout, CLOSURE_PAYOUTS, command, person.key, person.request_id)
