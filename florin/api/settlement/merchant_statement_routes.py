"""Merchants' statements: drawn up by finance, approved by a manager, read by our people and by each merchant's key."""

import asyncio
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from fastapi import Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from florin.api.asking import ThePerson, ThePersonOnce, proof_of
from florin.api.callers import People, Visitor, people
from florin.api.fair_turns import FairTurns
from florin.api.fields import (
    Choice,
    Day,
    Fields,
    MerchantId,
    MerchantStatementId,
    NettingStatementId,
    PrivateFields,
    ProgrammeId,
    TotpCode,
)
from florin.api.files import answers_file, attachment, parts_of, written_whole
from florin.api.given import Now, TheHouse, ThePage, TheVisitor, accepted
from florin.api.idempotency_keys import KEY_PROBLEMS
from florin.api.management_examples import page_of
from florin.api.people.step_up import STEP_UP_PROBLEMS
from florin.api.routes import Routes
from florin.api.settlement import answers, examples
from florin.api.views import View, listed
from florin.batch.settlement.statement_documents import (
    MEDIA_TYPES,
    StatementForm,
    statement_pdf,
    write_statement_sheet,
)
from florin.clearing.settlement.allowed import DECIDE, DRAFT, READ
from florin.clearing.settlement.approve_statement import MOST_AT_ONCE, ApproveStatement, approve_statements
from florin.clearing.settlement.draft_statements import draft_statements
from florin.clearing.settlement.read_statements import Reader, read_statement, statements_page
from florin.clearing.settlement.views import statement_view
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.merchant_statement import StatementStatus
from florin.domain.scopes import Scope
from florin.storage.catalogue import read_catalogue
from florin.storage.posting.request import Answer
from florin.storage.settlement.statements import WhichStatements

ROUTES = Routes("Settlement")

READERS: Final = People(READ, scope=Scope.STATEMENTS_READ)
"""Our people; a merchant's key reads the approved statements of its own, an operator's key all."""

_LIST: Final = "merchant-statements"
_DRAWING: Final = FairTurns("other statements are being drawn")
_WRITING: Final = FairTurns("other statements are being written")

OfProgramme = Annotated[ProgrammeId | None, Query(description="Of which programme.")]
OfMerchant = Annotated[MerchantId | None, Query(description="Whose.")]
OfStatus = Annotated[StatementStatus | None, Choice, Query(description="Where they stand.")]
OfDay = Annotated[Day | None, Query(description="Of which business day.")]
OfNetting = Annotated[NettingStatementId | None, Query(description="In which netting statement.")]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="`details_hash` of what was shown.")]


class DraftFields(Fields, example=examples.WHICH):
    """Whose closed days are to be drawn up."""

    programme_id: ProgrammeId


class DraftedView(View):
    """The business days whose statements are new."""

    business_dates: list[date]


class LookedAtFields(Fields):
    """A statement as it was looked at."""

    id: MerchantStatementId
    details_hash: Digest


class StatementApprovalFields(PrivateFields, example=examples.APPROVAL):
    """What was looked at, and one fresh one-time code for all of it."""

    statements: Annotated[list[LookedAtFields], Field(min_length=1, max_length=MOST_AT_ONCE)]
    totp_code: TotpCode


@ROUTES.post(
    "/v1/merchant-statements/draft",
    allows=people(*DRAFT),
    problems=(Decline.PROGRAMME_NOT_FOUND,),
    example=examples.DRAFTED,
)
async def draft_merchant_statements(fields: DraftFields, person: ThePerson) -> DraftedView:
    """Draw up the statements of every closed day that has none, and those not approved yet anew.

    Asked again it changes nothing unless terms have changed meanwhile.
    """
    return DraftedView(business_dates=await person.asks(draft_statements, fields.programme_id, person.now))


@ROUTES.get(
    "/v1/merchant-statements",
    allows=READERS,
    answers=answers.MerchantStatementPage,
    example=page_of(examples.STATEMENT),
)
async def list_merchant_statements(
    visitor: TheVisitor,
    house: TheHouse,
    page: ThePage,
    programme_id: OfProgramme = None,
    merchant_id: OfMerchant = None,
    status: OfStatus = None,
    business_date: OfDay = None,
    netting_id: OfNetting = None,
) -> dict[str, Any]:
    """List merchants' statements, the latest first; a merchant's key lists its own that are approved."""
    which = WhichStatements(
        programme_id=programme_id,
        merchant_id=merchant_id,
        status=status,
        business_date=business_date,
        netting_id=netting_id,
    )
    found = accepted(await statements_page(house, _reader(visitor), which, page.last_seen(_LIST), page.limit))
    return listed(_LIST, found, statement_view)


@ROUTES.post(
    "/v1/merchant-statements/approve",
    allows=people(*DECIDE),
    problems=(*KEY_PROBLEMS, *STEP_UP_PROBLEMS),
    answers=answers.StatementApprovals,
    example=examples.APPROVALS,
)
async def approve_merchant_statements(fields: StatementApprovalFields, person: ThePersonOnce) -> dict[str, Any]:
    """Approve statements, each exactly as it was looked at; a merchant's earlier days go first.

    Each has its own answer. A statement that was drawn up by the same person, that has changed since, or before which
    another day waits, is not approved, and the others are.
    """
    proof = await proof_of(person, fields.totp_code)
    commands = [ApproveStatement(each.id, bytes.fromhex(each.details_hash)) for each in fields.statements]
    approvals = await person.asks(approve_statements, commands, proof, person.key, person.request_id)
    return {"items": [_approval(command.statement_id, said) for command, said in approvals]}


@ROUTES.get(
    "/v1/merchant-statements/{merchant_statement_id}",
    allows=READERS,
    problems=(Decline.MERCHANT_STATEMENT_NOT_FOUND,),
    answers=answers.MerchantStatement,
    example=examples.STATEMENT,
)
async def show_merchant_statement(
    merchant_statement_id: MerchantStatementId, visitor: TheVisitor, house: TheHouse
) -> dict[str, Any]:
    """Show a statement."""
    return statement_view(accepted(await read_statement(house, _reader(visitor), merchant_statement_id)))


@ROUTES.get(
    "/v1/merchant-statements/{merchant_statement_id}/{form}",
    allows=READERS,
    problems=(Decline.MERCHANT_STATEMENT_NOT_FOUND,),
    **answers_file({"text/csv": "statement,date,kind,at,reference,...", "application/pdf": "%PDF-1.7 ..."}),
)
async def fetch_merchant_statement(
    merchant_statement_id: MerchantStatementId,
    form: Annotated[StatementForm, Choice],
    request: Request,
    visitor: TheVisitor,
    house: TheHouse,
    now: Now,
) -> Response:
    """Fetch a statement as CSV, with every purchase and refund, or as a PDF."""
    reader = _reader(visitor)
    statement = accepted(await read_statement(house, reader, merchant_statement_id))
    headers = attachment(f"{wire_id('merchant_statement', statement.id)}.{form}")
    if form is StatementForm.PDF:
        catalogue = await read_catalogue(house.pool)
        merchant, programme = catalogue.merchants[statement.merchant_id], catalogue.programmes[statement.programme_id]
        async with _DRAWING.turn(visitor.actor or visitor.caller.id, request):
            document = await asyncio.to_thread(statement_pdf, statement, merchant, programme, now)
        return Response(document, media_type=MEDIA_TYPES[form], headers=headers)
    async with written_whole() as file, _WRITING.turn(visitor.actor or visitor.caller.id, request):
        await write_statement_sheet(house, statement, file)
    return StreamingResponse(parts_of(file), media_type=MEDIA_TYPES[form], headers=headers)


def _reader(visitor: Visitor) -> Reader:
    return visitor.actor or visitor.merchant_id


def _approval(statement_id: UUID, said: Answer | Decline) -> dict[str, Any]:
    refusal = said if isinstance(said, Decline) else said.decline
    statement = None if isinstance(said, Decline) or refusal is not None else msgspec.json.decode(said.body)
    return {"id": wire_id("merchant_statement", statement_id), "statement": statement, "problem": refusal}
