"""What the operator's people see and do of payments through providers: read, have the provider asked, send back."""

from typing import Annotated, Any

from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from florin.api.callers import people
from florin.api.fields import Choice, Fields, MemberId, PaymentFindingId, PaymentId
from florin.api.given import Now, TheActor, TheHouse, ThePage, TheRequestId, accepted
from florin.api.idempotency_keys import KEY_PROBLEMS, TheKey, answered
from florin.api.payments import answers, examples
from florin.api.routes import Routes
from florin.api.views import next_cursor
from florin.clearing.payments import note_finding as noting
from florin.clearing.payments import read_payments as reading
from florin.clearing.payments import return_payment as returning
from florin.clearing.payments.payment_views import (
    finding_history_view,
    finding_view,
    payment_history_view,
    payment_view,
)
from florin.domain.case_life import LONGEST_TEXT
from florin.domain.declines import Decline
from florin.domain.payment import PaymentStatus
from florin.domain.payment_finding import FindingKind

ROUTES = Routes("Payments")

_PAYMENTS = "payments"
_FINDINGS = "payment-findings"
OfMember = Annotated[MemberId | None, Query(description="Whose they are.")]
OfStatus = Annotated[PaymentStatus | None, Choice, Query(description="Where they stand.")]
IsOpen = Annotated[bool | None, Query(description="Whether nobody has closed them yet.")]
OfKind = Annotated[FindingKind | None, Choice, Query(description="What is wrong.")]


class FindingNoteFields(Fields, example=examples.NEW_FINDING_NOTE):
    """What finance has found out, and whether that closes the finding."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    closes: bool = False


@ROUTES.get(
    "/v1/payments",
    allows=people(*reading.READERS),
    answers=answers.PaymentPage,
    example={"items": [examples.PAYMENT], "next_cursor": None},
)
async def list_payments(
    actor: TheActor, house: TheHouse, page: ThePage, member_id: OfMember = None, status: OfStatus = None
) -> dict[str, Any]:
    """List payments, the latest first."""
    before = page.last_seen(_PAYMENTS)
    found = accepted(await reading.payments_page(house, actor, member_id, status, before, page.limit))
    items = [payment_view(each) for each in found.items]
    return {"items": items, "next_cursor": next_cursor(_PAYMENTS, found.next_after)}


@ROUTES.get(
    "/v1/payments/{payment_id}",
    allows=people(*reading.READERS),
    problems=(Decline.PAYMENT_NOT_FOUND,),
    answers=answers.PaymentHistory,
    example=examples.HISTORY,
)
async def show_payment(payment_id: PaymentId, actor: TheActor, house: TheHouse) -> dict[str, Any]:
    """Show a payment, with what goes back of it."""
    history = accepted(await reading.read_payment(house, actor, payment_id))
    return payment_history_view(history.payment, history.refunds)


@ROUTES.post(
    "/v1/payments/{payment_id}/ask",
    allows=people(*reading.WHO_MAY_ASK),
    problems=(Decline.PAYMENT_NOT_FOUND, Decline.PROVIDER_NOT_FOUND, Decline.PROVIDER_UNAVAILABLE),
    answers=answers.PaymentHistory,
    example=examples.HISTORY,
)
async def ask_about_payment(payment_id: PaymentId, actor: TheActor, house: TheHouse, now: Now) -> dict[str, Any]:
    """Ask the provider about a payment now, and act on its answer.

    Only this way a disputed payment is credited, when the provider says by now that it was paid as it was asked for.
    """
    history = accepted(await reading.ask_about_payment(house, actor, payment_id, now))
    return payment_history_view(history.payment, history.refunds)


@ROUTES.post(
    "/v1/payments/{payment_id}/return",
    allows=people(*returning.WHO_MAY),
    status=201,
    problems=(*KEY_PROBLEMS, Decline.PAYMENT_NOT_FOUND, Decline.PAYMENT_NOT_REFUNDABLE),
    answers=answers.PaymentRefund,
    example=examples.RETURN_REQUESTED,
)
async def return_payment(
    payment_id: PaymentId, actor: TheActor, request_id: TheRequestId, house: TheHouse, key: TheKey
) -> Response:
    """Send a disputed payment back to where it came from, or one whose return has failed."""
    command = returning.ReturnPayment(payment_id)
    return answered(accepted(await returning.return_payment(house, actor, command, key, request_id)), 201)


@ROUTES.get(
    "/v1/payment-findings",
    allows=people(*reading.READERS),
    answers=answers.PaymentFindingPage,
    example={"items": [examples.FINDING], "next_cursor": None},
)
async def list_payment_findings(
    actor: TheActor, house: TheHouse, page: ThePage, kind: OfKind = None, is_open: IsOpen = None
) -> dict[str, Any]:
    """List where providers and we say different things, the latest first."""
    before = page.last_seen(_FINDINGS)
    found = accepted(await reading.findings_page(house, actor, kind, before, page.limit, is_open=is_open))
    items = [finding_view(each) for each in found.items]
    return {"items": items, "next_cursor": next_cursor(_FINDINGS, found.next_after)}


@ROUTES.get(
    "/v1/payment-findings/{payment_finding_id}",
    allows=people(*reading.READERS),
    problems=(Decline.PAYMENT_FINDING_NOT_FOUND,),
    answers=answers.PaymentFindingHistory,
    example=examples.FINDING_HISTORY,
)
async def show_payment_finding(
    payment_finding_id: PaymentFindingId, actor: TheActor, house: TheHouse
) -> dict[str, Any]:
    """Show a finding, with what was written to it."""
    history = accepted(await noting.read_finding(house, actor, payment_finding_id))
    return finding_history_view(history.finding, history.notes)


@ROUTES.post(
    "/v1/payment-findings/{payment_finding_id}/notes",
    allows=people(*noting.WHO_MAY_NOTE),
    status=201,
    problems=(Decline.PAYMENT_FINDING_NOT_FOUND, Decline.PAYMENT_FINDING_CLOSED),
    answers=answers.PaymentFindingHistory,
    example=examples.FINDING_HISTORY,
)
async def write_finding_note(
    payment_finding_id: PaymentFindingId, fields: FindingNoteFields, actor: TheActor, house: TheHouse, now: Now
) -> dict[str, Any]:
    """Write what was found out about a finding; a note that `closes` it is the last. It moves no money."""
    command = noting.NoteFinding(payment_finding_id, fields.text, fields.closes)
    history = accepted(await noting.note_finding(house, actor, command, now))
    return finding_history_view(history.finding, history.notes)
