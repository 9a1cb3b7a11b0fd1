"""Payouts of closed accounts for our people: handed over, settled, returned, and led to another account."""

from typing import Annotated, Any, Final

from fastapi import Query
from starlette.responses import Response

from florin.api.callers import people
from florin.api.closures import answers, examples
from florin.api.closures.bodies import (
    AccountFields,
    ReturnedFields,
    SettledFields,
)
from florin.api.fields import Choice, ClosurePayoutId
from florin.api.given import Now, TheActor, TheHouse, ThePage, TheRequestId, accepted
from florin.api.idempotency_keys import KEY_PROBLEMS, TheKey, answered
from florin.api.people.step_up import STEP_UP_PROBLEMS, StepUpFields
from florin.api.routes import Routes
from florin.api.views import next_cursor
from florin.clearing.closures import book_payout as booking
from florin.clearing.closures import name_account as naming
from florin.clearing.closures import send_payout as sending
from florin.clearing.closures.read_closure import READERS, payouts_page
from florin.clearing.closures.views import payout_view
from florin.clearing.people.step_up import checked_code
from florin.domain.declines import Decline
from florin.domain.payout import PayoutStatus

ROUTES = Routes("Closures")

_LIST: Final = "closure-payouts"
_STEP: Final = (Decline.PAYOUT_NOT_FOUND, Decline.PAYOUT_NOT_IN_STATE)
OfStatus = Annotated[PayoutStatus | None, Choice, Query(description="Where they stand.")]


@ROUTES.get(
    "/v1/closure-payouts",
    allows=people(*READERS),
    answers=answers.PayoutPage,
    example={"items": [examples.PAYOUT], "next_cursor": None},
)
async def list_payouts(actor: TheActor, house: TheHouse, page: ThePage, status: OfStatus = None) -> dict[str, Any]:
    """List payouts of closed accounts, the latest first."""
    before = page.last_seen(_LIST)
    found = accepted(await payouts_page(house, actor, status, before, page.limit))
    items = [payout_view(each) for each in found.items]
    return {"items": items, "next_cursor": next_cursor(_LIST, found.next_after)}


@ROUTES.post(
    "/v1/closure-payouts/{closure_payout_id}/account",
    allows=people(*naming.GIVE),
    problems=(*_STEP, Decline.PAYOUT_ACCOUNT_NOT_OWN, Decline.REAL_NAME_REQUIRED),
    answers=answers.Payout,
    example={**examples.PAYOUT, "status": "proposed", "cause": "returned"},
)
async def name_account(
    closure_payout_id: ClosurePayoutId,
    fields: AccountFields,
    actor: TheActor,
    request_id: TheRequestId,
    house: TheHouse,
) -> Response:
    """Name a bank account, in the name on record, for a payout that waits for one; another person accepts it."""
    command = naming.NameAccount(closure_payout_id, fields.read())
    return answered(accepted(await naming.name_account(house, actor, command, request_id)))


@ROUTES.post(
    "/v1/closure-payouts/{closure_payout_id}/account/accept",
    allows=people(*naming.ACCEPT),
    problems=(*_STEP, Decline.SAME_PERSON, *STEP_UP_PROBLEMS),
    answers=answers.Payout,
    example={**examples.PAYOUT, "cause": "returned"},
)
async def accept_account(
    closure_payout_id: ClosurePayoutId,
    fields: StepUpFields,
    actor: TheActor,
    request_id: TheRequestId,
    house: TheHouse,
    now: Now,
) -> Response:
    """Let a payout, and what is owed later, go to the account that another person has named."""
    proof = accepted(await checked_code(house, actor, fields.totp_code, now))
    return answered(accepted(await naming.accept_account(house, actor, closure_payout_id, proof, request_id)))


@ROUTES.post(
    "/v1/closure-payouts/{closure_payout_id}/hand-over",
    allows=people(*sending.WHO_MAY),
    problems=(*KEY_PROBLEMS, *_STEP),
    answers=answers.Payout,
    example={**examples.SENT, "in_cash": True, "file_id": None},
)
async def hand_over(
    closure_payout_id: ClosurePayoutId, actor: TheActor, request_id: TheRequestId, house: TheHouse, key: TheKey
) -> Response:
    """Record that a payout was handed over in cash."""
    return answered(accepted(await sending.hand_over_cash(house, actor, closure_payout_id, key, request_id)))


@ROUTES.post(
    "/v1/closure-payouts/{closure_payout_id}/settle",
    allows=people(*booking.WHO_MAY),
    problems=(*KEY_PROBLEMS, *_STEP, Decline.DUPLICATE_REFERENCE),
    answers=answers.Payout,
    example=examples.PAYOUT_SETTLED,
)
async def settle_payout(
    closure_payout_id: ClosurePayoutId,
    fields: SettledFields,
    actor: TheActor,
    request_id: TheRequestId,
    house: TheHouse,
    key: TheKey,
) -> Response:
    """Record that the bank statement shows a payout."""
    command = booking.SettlePayout(closure_payout_id, fields.bank_reference)
    return answered(accepted(await booking.settle_payout(house, actor, command, key, request_id)))


@ROUTES.post(
    "/v1/closure-payouts/{closure_payout_id}/return",
    allows=people(*booking.WHO_MAY),
    problems=(*KEY_PROBLEMS, *_STEP, Decline.DUPLICATE_REFERENCE),
    answers=answers.Payout,
    example=examples.PAYOUT_RETURNED,
)
async def return_payout(
    closure_payout_id: ClosurePayoutId,
    fields: ReturnedFields,
    actor: TheActor,
    request_id: TheRequestId,
    house: TheHouse,
    key: TheKey,
) -> Response:
    """Record that the bank has sent a payout back; another of the same amount waits for an account."""
    command = booking.ReturnPayout(closure_payout_id, fields.bank_reference, fields.reason)
    return answered(accepted(await booking.return_payout(house, actor, command, key, request_id)))
