"""Closures for our people: asked for in a holder's place, looked at, called off, approved by a second person."""

import asyncio
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from florin.api.asking import ThePerson, ThePersonOnce, proof_of
from florin.api.callers import people
from florin.api.closures import answers, examples
from florin.api.closures.bodies import (
    ApprovalFields,
    CardsClosureFields,
    ClosureReasonFields,
    MembersClosureFields,
    closure_in_full,
)
from florin.api.closures.own_closure_routes import REQUEST_PROBLEMS
from florin.api.fair_turns import FairTurns
from florin.api.fields import CardId, Choice, ClosureId, MemberId
from florin.api.files import answers_file, attachment
from florin.api.given import ThePage, accepted
from florin.api.idempotency_keys import KEY_PROBLEMS
from florin.api.management_examples import page_of
from florin.api.people.step_up import STEP_UP_PROBLEMS
from florin.api.problems.document import Refused
from florin.api.routes import Routes
from florin.api.views import listed
from florin.batch.closures.certificate import certificate_pdf
from florin.clearing.closures import approve_closure as approving
from florin.clearing.closures import cancel_closure as cancelling
from florin.clearing.closures import request_closure as requesting
from florin.clearing.closures.holder import Shown
from florin.clearing.closures.read_closure import READERS, closures_page, read_closure
from florin.clearing.closures.send_code import send_code
from florin.clearing.closures.views import closure_now
from florin.documents.pages import MEDIA_TYPE
from florin.domain.closure import ClosureStatus
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.identity import Identity

ROUTES = Routes("Closures")

_LIST: Final = "closures"
_WRITING: Final = FairTurns("other certificates are being drawn")
OfStatus = Annotated[ClosureStatus | None, Choice, Query(description="Where they stand.")]
OfMember = Annotated[MemberId | None, Query(description="Whose account it is.")]
OfCard = Annotated[CardId | None, Query(description="Which card it is.")]


@ROUTES.post(
    "/v1/closures",
    allows=people(*requesting.WHO_MAY),
    status=201,
    problems=(*REQUEST_PROBLEMS, Decline.MEMBER_NOT_FOUND),
    answers=answers.Closure,
    example=examples.CLOSURE,
)
async def request_members_closure(fields: MembersClosureFields, person: ThePersonOnce) -> Response:
    """Give a member's account up in the member's place; a code goes to the member, who alone can confirm it."""
    return await person.asks_once(
        requesting.close_members_account, fields.member_id, fields.pay_to, person.key, person.now, person.request_id
    )


@ROUTES.post(
    "/v1/card-closures",
    allows=people(*requesting.WHO_MAY),
    status=201,
    problems=(
        *REQUEST_PROBLEMS,
        Decline.CARD_NOT_FOUND,
        Decline.CARD_NOT_REGISTERED,
        Decline.CARD_NOT_ACTIVE,
        Decline.CARD_REDEEMED,
        Decline.CARD_BLOCKED,
        Decline.IDENTITY_DIFFERS,
    ),
    answers=answers.Closure,
    example={**examples.CLOSURE, "owner_id": examples.CARDS_CLOSURE["card_id"]},
)
async def request_cards_closure(fields: CardsClosureFields, person: ThePersonOnce) -> Response:
    """Give a registered card up for its holder, who shows the document that it was bought with; a code goes by mail."""
    shown = fields.identity
    identity = Identity.read(shown.name, shown.document_kind, shown.document_number)
    holder = Shown(identity, fields.mail)
    return await person.asks_once(
        requesting.close_card, fields.card_id, holder, fields.pay_to, person.key, person.now, person.request_id
    )


@ROUTES.get("/v1/closures", allows=people(*READERS), answers=answers.ClosurePage, example=page_of(examples.LISTED))
async def list_closures(
    person: ThePerson, page: ThePage, status: OfStatus = None, member_id: OfMember = None, card_id: OfCard = None
) -> dict[str, Any]:
    """List closures, the latest first, each with what was kept at its request and what is to be paid now."""
    owner_id: UUID | None = member_id or card_id
    found = await person.asks(closures_page, status, owner_id, page.last_seen(_LIST), page.limit)
    return listed(_LIST, found, closure_now)


@ROUTES.get(
    "/v1/closures/{closure_id}",
    allows=people(*READERS),
    problems=(Decline.CLOSURE_NOT_FOUND,),
    answers=answers.ClosureInFull,
    example=examples.IN_FULL,
)
async def show_closure(closure_id: ClosureId, person: ThePerson) -> dict[str, Any]:
    """Show a closure with its payouts; its holder and bank account to those who decide and pay."""
    return closure_in_full(await person.asks(read_closure, closure_id))


@ROUTES.post(
    "/v1/closures/{closure_id}/code",
    allows=people(*requesting.WHO_MAY),
    status=204,
    problems=(Decline.CLOSURE_NOT_FOUND, Decline.CLOSURE_NOT_IN_STATE, Decline.RATE_LIMITED),
)
async def send_holders_code(closure_id: ClosureId, person: ThePerson) -> None:
    """Have a fresh code sent to the holder; the one before is worth nothing from now on."""
    closure = (await person.asks(read_closure, closure_id)).closure
    accepted(await send_code(person.house, closure, person.now))


@ROUTES.post(
    "/v1/closures/{closure_id}/approve",
    allows=people(*approving.WHO_MAY),
    problems=(
        *KEY_PROBLEMS,
        Decline.CLOSURE_NOT_FOUND,
        Decline.CLOSURE_NOT_IN_STATE,
        Decline.CLOSURE_COOLING_OFF,
        Decline.CLOSURE_CHANGED,
        Decline.SAME_PERSON,
        *STEP_UP_PROBLEMS,
        Decline.DISPUTE_OPEN,
        Decline.PAYMENT_OPEN,
        Decline.OPEN_HOLDS,
        Decline.BANK_TRANSFER_REQUIRED,
        Decline.REAL_NAME_REQUIRED,
    ),
    answers=answers.Closure,
    example=examples.APPROVED,
)
async def approve_closure(closure_id: ClosureId, fields: ApprovalFields, person: ThePersonOnce) -> Response:
    """Close the account after the cooling-off, as another person than who asked, and owe its money to the holder.

    `amount` is all that will be paid out (left out: nothing), with what has come in since the request. A repetition
    with the same key needs a new one-time code, and is answered as the first time.
    """
    closure = (await person.asks(read_closure, closure_id)).closure
    amount = fields.amount
    if amount is not None and amount.currency != closure.unit:
        raise Refused(Decline.CLOSURE_CHANGED)
    proof = await proof_of(person, fields.totp_code)
    command = approving.ApproveClosure(
        closure_id, 0 if amount is None else amount.amount, bytes.fromhex(fields.details_hash)
    )
    return await person.asks_once(approving.approve_closure, command, proof, person.key, person.request_id)


@ROUTES.post(
    "/v1/closures/{closure_id}/cancel",
    allows=people(*cancelling.WHO_MAY),
    problems=(*KEY_PROBLEMS, Decline.CLOSURE_NOT_FOUND, Decline.CLOSURE_NOT_IN_STATE),
    answers=answers.ClosureCancelled,
    example={**examples.CANCELLED, **examples.REASON},
)
async def cancel_closure(closure_id: ClosureId, fields: ClosureReasonFields, person: ThePersonOnce) -> Response:
    """Call a closure off that nobody has approved: everything is as it was."""
    command = cancelling.CancelClosure(closure_id, fields.reason)
    return await person.asks_once(cancelling.cancel_closure, command, person.key, person.request_id)


@ROUTES.get(
    "/v1/closures/{closure_id}/certificate",
    allows=people(*READERS),
    problems=(Decline.CLOSURE_NOT_FOUND, Decline.CLOSURE_NOT_IN_STATE),
    **answers_file({MEDIA_TYPE: "%PDF-1.3..."}),
)
async def read_certificate(closure_id: ClosureId, request: Request, person: ThePerson) -> Response:
    """Fetch the certificate of an account that is closed, in Chinese and English, for its holder."""
    found = await person.asks(read_closure, closure_id)
    if found.closure.status is not ClosureStatus.APPROVED:
        raise Refused(Decline.CLOSURE_NOT_IN_STATE)
    programme = (await person.house.engine.current_catalogue()).programmes[found.closure.programme_id]
    async with _WRITING.turn(person.who, request):
        document = await asyncio.to_thread(certificate_pdf, found, programme, person.now)
    name = f"{wire_id('closure', closure_id)}-certificate.pdf"
    return Response(document, media_type=MEDIA_TYPE, headers=attachment(name))
