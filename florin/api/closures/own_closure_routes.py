"""The signed-in member's own closure, and the door for whoever has got a code by mail."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from florin.api.asking import TheMember, TheMemberOnce
from florin.api.callers import Audience
from florin.api.closures import answers, examples
from florin.api.closures.bodies import CodeFields, OwnTotpFields, PayToFields, closure_in_full
from florin.api.fields import ClosureId
from florin.api.given import Now, TheHouse, TheRequestId, accepted
from florin.api.idempotency_keys import KEY_PROBLEMS, answered
from florin.api.members.registration_routes import address_of
from florin.api.routes import Routes
from florin.clearing.closures.cancel_closure import cancel_own_closure
from florin.clearing.closures.confirm_closure import confirm_by_code, confirm_by_totp, confirm_own_by_code
from florin.clearing.closures.read_closure import read_own_closure
from florin.clearing.closures.request_closure import close_own_account
from florin.clearing.closures.send_code import send_code
from florin.domain.declines import Decline

ROUTES = Routes("The member's own")

REQUEST_PROBLEMS: Final = (
    *KEY_PROBLEMS,
    Decline.MEMBER_NOT_ACTIVE,
    Decline.CLOSURE_UNDER_WAY,
    Decline.VERIFICATION_IMPOSSIBLE,
    Decline.REAL_NAME_REQUIRED,
    Decline.PAYOUT_ACCOUNT_REQUIRED,
    Decline.PAYOUT_ACCOUNT_NOT_OWN,
    Decline.BANK_TRANSFER_REQUIRED,
    Decline.DISPUTE_OPEN,
    Decline.PAYMENT_OPEN,
    Decline.OPEN_HOLDS,
)


@ROUTES.post(
    "/v1/me/closure",
    allows=Audience.MEMBER,
    status=201,
    problems=(*REQUEST_PROBLEMS, Decline.MEMBER_NOT_FOUND, Decline.RATE_LIMITED),
    answers=answers.Closure,
    example=examples.CLOSURE,
)
async def request_own_closure(fields: PayToFields, member: TheMemberOnce) -> Response:
    """Give the account up: its money is kept for the payout from now on, and nothing of it can be spent.

    What was paid in goes to the bank account, which must be in the name on record; what was granted is given up. A code
    is sent by mail unless one-time codes are on.
    """
    return await member.asks_once(close_own_account, fields.pay_to, member.key, member.now, member.request_id)


@ROUTES.get(
    "/v1/me/closure",
    allows=Audience.MEMBER,
    problems=(Decline.CLOSURE_NOT_FOUND,),
    answers=answers.ClosureInFull,
    example={**examples.IN_FULL, **examples.CLOSURE, "payouts": []},
)
async def show_own_closure(member: TheMember) -> dict[str, Any]:
    """Show what is to be confirmed: name, account, amounts, and the digest of them."""
    return closure_in_full(await member.asks(read_own_closure))


@ROUTES.post(
    "/v1/me/closure/code",
    allows=Audience.MEMBER,
    status=204,
    problems=(Decline.CLOSURE_NOT_FOUND, Decline.CLOSURE_NOT_IN_STATE, Decline.RATE_LIMITED),
)
async def send_own_code(member: TheMember) -> None:
    """Have a fresh code sent by mail; the one before is worth nothing from now on."""
    closure = (await member.asks(read_own_closure)).closure
    accepted(await send_code(member.house, closure, member.now))


@ROUTES.post(
    "/v1/me/closure/confirm",
    allows=Audience.MEMBER,
    problems=(Decline.CLOSURE_CODE_INCORRECT, Decline.RATE_LIMITED),
    answers=answers.Closure,
    example=examples.VERIFIED,
)
async def confirm_own_closure(fields: CodeFields, member: TheMember) -> Response:
    """Confirm the closure by the code that was sent; it fits this closure and its amount, and nothing else."""
    return answered(await member.asks(confirm_own_by_code, fields.code, member.now, member.request_id))


@ROUTES.post(
    "/v1/me/closure/confirm-totp",
    allows=Audience.MEMBER,
    problems=(
        Decline.CLOSURE_NOT_FOUND,
        Decline.CLOSURE_CHANGED,
        Decline.CLOSURE_NOT_IN_STATE,
        Decline.TOTP_CODE_INCORRECT,
        Decline.RATE_LIMITED,
    ),
    answers=answers.Closure,
    example={**examples.VERIFIED, "verified_by": "totp"},
)
async def confirm_own_closure_by_totp(fields: OwnTotpFields, member: TheMember) -> Response:
    """Confirm what was shown by a fresh code of the authenticator, which is spent by it."""
    digest = bytes.fromhex(fields.details_hash)
    return answered(await member.asks(confirm_by_totp, fields.totp_code, digest, member.now, member.request_id))


@ROUTES.post(
    "/v1/me/closure/cancel",
    allows=Audience.MEMBER,
    problems=(*KEY_PROBLEMS, Decline.CLOSURE_NOT_FOUND, Decline.CLOSURE_NOT_IN_STATE),
    answers=answers.ClosureCancelled,
    example=examples.CANCELLED,
)
async def cancel_closure_of_mine(member: TheMemberOnce) -> Response:
    """Think better of it, as long as nobody has approved the closure: everything is as it was."""
    return await member.asks_once(cancel_own_closure, member.key, member.request_id)


@ROUTES.post(
    "/v1/closures/{closure_id}/confirm",
    allows=Audience.PUBLIC,
    problems=(Decline.CLOSURE_CODE_INCORRECT, Decline.RATE_LIMITED),
    answers=answers.Closure,
    example=examples.VERIFIED,
)
async def confirm_closure(
    closure_id: ClosureId, fields: CodeFields, request_id: TheRequestId, house: TheHouse, now: Now, request: Request
) -> Response:
    """Confirm a closure by its code without signing in, as holders of cards do.

    Whatever is wrong gets one answer; a code is tried five times at most, and failures are limited by address.
    """
    confirmed = await confirm_by_code(house, closure_id, fields.code, address_of(request), now, request_id)
    return answered(accepted(confirmed))
