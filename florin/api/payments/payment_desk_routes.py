"""What the operator's people see and do of payments through providers: read, have the provider asked, send back."""

from typing import Annotated, Any

from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from florin.api.asking import ThePerson, ThePersonOnce
from florin.api.callers import people
from florin.api.fields import Choice, Fields, MemberId, PaymentFindingId, PaymentId
from florin.api.given import ThePage
from florin.api.idempotency_keys import KEY_PROBLEMS
from florin.api.management_examples import page_of
from florin.api.payments import answers, examples
from florin.api.routes import Routes
from florin.api.views import listed
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
    "/v1/payments", allows=people(*reading.READERS), answers=answers.PaymentPage, example=page_of(examples.PAYMENT)
)
async def list_payments(
    person: ThePerson, page: ThePage, member_id: OfMember = None, status: OfStatus = None
) -> dict[str, Any]:
    """List payments, the latest first."""
    found = await person.asks(reading.payments_page, member_id, status, page.last_seen(_PAYMENTS), page.limit)
    return listed(_PAYMENTS, found, payment_view)


@ROUTES.get(
    "/v1/payments/{payment_id}",
    allows=people(*reading.READERS),
    problems=(Decline.PAYMENT_NOT_FOUND,),
    answers=answers.PaymentHistory,
    example=examples.HISTORY,
)
async def show_payment(payment_id: PaymentId, person: ThePerson) -> dict[str, Any]:
    """Show a payment, with what goes back of it."""
    history = await person.asks(reading.read_payment, payment_id)
    return payment_history_view(history.payment, history.refunds)


@ROUTES.post(
    "/v1/payments/{payment_id}/ask",
    allows=people(*reading.WHO_MAY_ASK),
    problems=(Decline.PAYMENT_NOT_FOUND, Decline.PROVIDER_NOT_FOUND, Decline.PROVIDER_UNAVAILABLE),
    answers=answers.PaymentHistory,
    example=examples.HISTORY,
)
async def ask_about_payment(payment_id: PaymentId, person: ThePerson) -> dict[str, Any]:
    """Ask the provider about a payment now, and act on its answer.

    Only this way a disputed payment is credited, when the provider says by now that it was paid as it was asked for.
    """
    history = await person.asks(reading.ask_about_payment, payment_id, person.now)
    return payment_history_view(history.payment, history.refunds)


@ROUTES.post(
    "/v1/payments/{payment_id}/return",
    allows=people(*returning.WHO_MAY),
    status=201,
    problems=(*KEY_PROBLEMS, Decline.PAYMENT_NOT_FOUND, Decline.PAYMENT_NOT_REFUNDABLE),
    answers=answers.PaymentRefund,
    example=examples.RETURN_REQUESTED,
)
async def return_payment(payment_id: PaymentId, person: ThePersonOnce) -> Response:
    """Send a disputed payment back to where it came from, or one whose return has failed."""
    command = returning.ReturnPayment(payment_id)
    return await person.asks_once(returning.return_payment, command, person.key, person.request_id)


@ROUTES.get(
    "/v1/payment-findings",
    allows=people(*reading.READERS),
    answers=answers.PaymentFindingPage,
    example=page_of(examples.FINDING),
)
async def list_payment_findings(
    person: ThePerson, page: ThePage, kind: OfKind = None, is_open: IsOpen = None
) -> dict[str, Any]:
    """List where providers and we say different things, the latest first."""
    found = await person.asks(reading.findings_page, kind, page.last_seen(_FINDINGS), page.limit, is_open=is_open)
    return listed(_FINDINGS, found, finding_view)


@ROUTES.get(
    "/v1/payment-findings/{payment_finding_id}",
    allows=people(*reading.READERS),
    problems=(Decline.PAYMENT_FINDING_NOT_FOUND,),
    answers=answers.PaymentFindingHistory,
    example=examples.FINDING_HISTORY,
)
async def show_payment_finding(payment_finding_id: PaymentFindingId, person: ThePerson) -> dict[str, Any]:
    """Show a finding, with what was written to it."""
    history = await person.asks(noting.read_finding, payment_finding_id)
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
    payment_finding_id: PaymentFindingId, fields: FindingNoteFields, person: ThePerson
) -> dict[str, Any]:
    """Write what was found out about a finding; a note that `closes` it is the last. It moves no money."""
    command = noting.NoteFinding(payment_finding_id, fields.text, fields.closes)
    history = await person.asks(noting.note_finding, command, person.now)
    return finding_history_view(history.finding, history.notes)
