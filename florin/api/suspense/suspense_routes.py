"""Money that nobody was found for: finance proposes whose it is or that it goes back, another person decides."""

from typing import Annotated, Any, Final

from fastapi import Query
from starlette.responses import Response

from florin.api.asking import ThePerson, ThePersonOnce, proof_of
from florin.api.callers import people
from florin.api.closures.bodies import AccountFields
from florin.api.corporate.receipt_routes import PartyField, Reference
from florin.api.fields import Choice, CustomerId, JournalId, Line, PrivateFields, SuspenseItemId, TotpCode
from florin.api.given import ThePage
from florin.api.idempotency_keys import KEY_PROBLEMS
from florin.api.management_examples import page_of
from florin.api.people.step_up import STEP_UP_PROBLEMS
from florin.api.routes import Routes
from florin.api.settlement.merchant_statement_routes import Digest
from florin.api.suspense import answers, examples
from florin.api.views import listed
from florin.clearing.banking.approve_resolution import ApproveResolution, approve_resolution
from florin.clearing.banking.identify_payouts import ProposePayout, propose_payout
from florin.clearing.banking.read_suspense import read_suspense_item, suspense_page
from florin.clearing.banking.resolve_item import (
    DECIDE,
    PROPOSE,
    READ,
    ProposeAssignment,
    ProposeSendingBack,
    RejectResolution,
    propose_assignment,
    propose_sending_back,
    reject_resolution,
)
from florin.clearing.banking.views import aged_view, item_in_full
from florin.domain.declines import Decline
from florin.domain.receipt import Party
from florin.domain.suspense import ItemStatus

ROUTES = Routes("Suspense")

_LIST: Final = "suspense"
_STEP: Final = (*KEY_PROBLEMS, Decline.SUSPENSE_ITEM_NOT_FOUND, Decline.SUSPENSE_NOT_IN_STATE)
OfStatus = Annotated[ItemStatus | None, Choice, Query(description="Where they stand.")]


class AssignmentFields(PrivateFields, example=examples.ASSIGNMENT):
    """Whose the money is, for which order if for one, and who has paid where the statement does not say so."""

    customer_id: CustomerId
    payment_reference: Reference | None = None
    reason: Line
    payer: PartyField | None = None


class IdentificationFields(PrivateFields, example=examples.IDENTIFICATION):
    """The journal by which the book has a provider's payout, as its break names it."""

    payout_journal_id: JournalId
    reason: Line


class SendingBackFields(PrivateFields, example=examples.SENDING_BACK):
    """The account that the money came from."""

    account: AccountFields
    reason: Line


class ResolutionApprovalFields(PrivateFields, example=examples.APPROVAL):
    """What was looked at, and a fresh one-time code."""

    details_hash: Digest
    totp_code: TotpCode


@ROUTES.get("/v1/suspense", allows=people(*READ), answers=answers.SuspensePage, example=page_of(examples.AGED))
async def list_suspense(person: ThePerson, page: ThePage, status: OfStatus = None) -> dict[str, Any]:
    """List what came in and nobody was found for, with its age, the latest first."""
    found = await person.asks(suspense_page, status, person.now, page.last_seen(_LIST), page.limit)
    return listed(_LIST, found, aged_view)


@ROUTES.get(
    "/v1/suspense/{suspense_item_id}",
    allows=people(*READ),
    problems=(Decline.SUSPENSE_ITEM_NOT_FOUND,),
    answers=answers.SuspenseItemInFull,
    example=examples.IN_FULL,
)
async def show_suspense_item(suspense_item_id: SuspenseItemId, person: ThePerson) -> dict[str, Any]:
    """Show an item, and to those who decide what the statement says of its sender."""
    return item_in_full(await person.asks(read_suspense_item, suspense_item_id, person.now))


@ROUTES.post(
    "/v1/suspense/{suspense_item_id}/assign",
    allows=people(*PROPOSE),
    problems=(*_STEP, Decline.CUSTOMER_NOT_FOUND),
    answers=answers.SuspenseItem,
    example=examples.PROPOSED,
)
async def propose_whose_it_is(
    suspense_item_id: SuspenseItemId, fields: AssignmentFields, person: ThePersonOnce
) -> Response:
    """Propose that the money is a customer's; approved, it is a receipt, and funds what waits for it."""
    payer = None if fields.payer is None else Party.read("payer", fields.payer.name, fields.payer.account)
    command = ProposeAssignment(suspense_item_id, fields.customer_id, fields.reason, fields.payment_reference, payer)
    return await person.asks_once(propose_assignment, command, person.key, person.request_id)


@ROUTES.post(
    "/v1/suspense/{suspense_item_id}/identify",
    allows=people(*PROPOSE),
    problems=(*_STEP, Decline.PAYOUT_NOT_FOUND, Decline.PAYOUT_NOT_IN_STATE),
    answers=answers.SuspenseItem,
    example=examples.IDENTIFIED,
)
async def propose_which_payout_it_is(
    suspense_item_id: SuspenseItemId, fields: IdentificationFields, person: ThePersonOnce
) -> Response:
    """Propose that the money is a provider's payout, which the book has from the provider's bill; its break ends."""
    command = ProposePayout(suspense_item_id, fields.payout_journal_id, fields.reason)
    return await person.asks_once(propose_payout, command, person.key, person.request_id)


@ROUTES.post(
    "/v1/suspense/{suspense_item_id}/send-back",
    allows=people(*PROPOSE),
    problems=_STEP,
    answers=answers.SuspenseItem,
    example=examples.TO_GO_BACK,
)
async def propose_that_it_goes_back(
    suspense_item_id: SuspenseItemId, fields: SendingBackFields, person: ThePersonOnce
) -> Response:
    """Propose that the money goes back to its sender; approved, it is in the next payout file."""
    command = ProposeSendingBack(suspense_item_id, fields.reason, fields.account.read())
    return await person.asks_once(propose_sending_back, command, person.key, person.request_id)


@ROUTES.post(
    "/v1/suspense/{suspense_item_id}/approve",
    allows=people(*DECIDE),
    problems=(
        *_STEP,
        *STEP_UP_PROBLEMS,
        Decline.SUSPENSE_CHANGED,
        Decline.SAME_PERSON,
        Decline.CUSTOMER_NOT_ACTIVE,
        Decline.PAYOUT_NOT_IN_STATE,
    ),
    answers=answers.SuspenseItem,
    example=examples.APPROVED,
)
async def approve_what_is_proposed(
    suspense_item_id: SuspenseItemId, fields: ResolutionApprovalFields, person: ThePersonOnce
) -> Response:
    """Approve what another person has proposed, exactly as it was looked at."""
    proof = await proof_of(person, fields.totp_code)
    command = ApproveResolution(suspense_item_id, bytes.fromhex(fields.details_hash))
    return await person.asks_once(approve_resolution, command, proof, person.key, person.request_id)


@ROUTES.post(
    "/v1/suspense/{suspense_item_id}/reject",
    allows=people(*PROPOSE, *DECIDE),
    problems=_STEP,
    answers=answers.SuspenseItem,
    example=examples.REJECTED,
)
async def reject_what_is_proposed(suspense_item_id: SuspenseItemId, person: ThePersonOnce) -> Response:
    """Let an item be open again: what is proposed is not to be."""
    return await person.asks_once(reject_resolution, RejectResolution(suspense_item_id), person.key, person.request_id)
