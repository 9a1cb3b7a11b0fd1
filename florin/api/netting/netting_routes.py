"""Netting statements: drawn up by finance for two programmes, and approved by another person."""

from typing import Annotated, Any, Final

from fastapi import Query
from starlette.responses import Response

from florin.api.asking import ThePerson, ThePersonOnce, proof_of
from florin.api.callers import people
from florin.api.fields import Choice, Day, Fields, NettingStatementId, PrivateFields, ProgrammeId, TotpCode
from florin.api.given import ThePage
from florin.api.idempotency_keys import KEY_PROBLEMS
from florin.api.management_examples import page_of
from florin.api.netting import answers, examples
from florin.api.people.step_up import STEP_UP_PROBLEMS
from florin.api.routes import Routes
from florin.api.settlement.merchant_statement_routes import Digest
from florin.api.views import listed
from florin.clearing.netting.approve_netting import ApproveNetting, approve_netting
from florin.clearing.netting.draft_netting import DraftNetting, draft_netting
from florin.clearing.netting.read_nettings import nettings_page, read_netting
from florin.clearing.netting.views import netting_view
from florin.clearing.settlement.allowed import DECIDE, DRAFT, READ
from florin.domain.declines import Decline
from florin.domain.netting import NettingStatus

ROUTES = Routes("Netting")

_LIST: Final = "netting-statements"
OfProgramme = Annotated[ProgrammeId | None, Query(description="Of which programme, whichever it is of the two.")]
OfStatus = Annotated[NettingStatus | None, Choice, Query(description="Where they stand.")]


class DraftNettingFields(Fields, example=examples.WHICH):
    """Two programmes, and up to which business day; without one, whatever is approved."""

    programme_id: ProgrammeId
    other_id: ProgrammeId
    until: Day | None = None


class NettingApprovalFields(PrivateFields, example=examples.APPROVAL):
    """What was looked at, and a fresh one-time code."""

    details_hash: Digest
    totp_code: TotpCode


@ROUTES.post(
    "/v1/netting-statements/draft",
    allows=people(*DRAFT),
    problems=(Decline.PROGRAMME_NOT_FOUND, Decline.CURRENCY_MISMATCH, Decline.NOTHING_TO_NET),
    answers=answers.NettingStatement,
    example=examples.NETTING,
)
async def draft_netting_statement(fields: DraftNettingFields, person: ThePerson) -> dict[str, Any]:
    """Draw up what two programmes owe each other, or draw it up anew; nothing is posted by it."""
    command = DraftNetting(fields.programme_id, fields.other_id, fields.until)
    return netting_view(await person.asks(draft_netting, command, person.now))


@ROUTES.get(
    "/v1/netting-statements",
    allows=people(*READ),
    answers=answers.NettingStatementPage,
    example=page_of(examples.NETTING),
)
async def list_netting_statements(
    person: ThePerson, page: ThePage, programme_id: OfProgramme = None, status: OfStatus = None
) -> dict[str, Any]:
    """List netting statements, the latest first."""
    found = await person.asks(nettings_page, programme_id, status, page.last_seen(_LIST), page.limit)
    return listed(_LIST, found, netting_view)


@ROUTES.get(
    "/v1/netting-statements/{netting_statement_id}",
    allows=people(*READ),
    problems=(Decline.NETTING_STATEMENT_NOT_FOUND,),
    answers=answers.NettingStatement,
    example=examples.NETTING,
)
async def show_netting_statement(netting_statement_id: NettingStatementId, person: ThePerson) -> dict[str, Any]:
    """Show a netting statement; `/v1/merchant-statements?netting_id=` lists what is in it."""
    return netting_view(await person.asks(read_netting, netting_statement_id))


@ROUTES.post(
    "/v1/netting-statements/{netting_statement_id}/approve",
    allows=people(*DECIDE),
    problems=(
        *KEY_PROBLEMS,
        *STEP_UP_PROBLEMS,
        Decline.NETTING_STATEMENT_NOT_FOUND,
        Decline.NETTING_STATEMENT_NOT_IN_STATE,
        Decline.NETTING_STATEMENT_CHANGED,
        Decline.BANK_ACCOUNT_NOT_SET,
        Decline.SAME_PERSON,
    ),
    answers=answers.NettingStatement,
    example=examples.APPROVED,
)
async def approve_netting_statement(
    netting_statement_id: NettingStatementId, fields: NettingApprovalFields, person: ThePersonOnce
) -> Response:
    """Approve a netting statement exactly as it was looked at: it is set off in both books, and the rest is due."""
    proof = await proof_of(person, fields.totp_code)
    command = ApproveNetting(netting_statement_id, bytes.fromhex(fields.details_hash))
    return await person.asks_once(approve_netting, command, proof, person.key, person.request_id)
