"""Cases for the merchant whose purchases and deliveries they are about: what it is asked, and its answer."""

from typing import Annotated, Any, Final

from fastapi import Query

from florin.api.cases import case_answers as answers
from florin.api.cases import case_examples as examples
from florin.api.cases.case_bodies import MerchantsAnswerFields
from florin.api.fields import CaseId, Choice
from florin.api.given import Now, TheHouse, ThePage, TheVisitor, accepted
from florin.api.management_examples import page_of
from florin.api.problems.document import Refused
from florin.api.programmes.own_merchant import OfMerchant, may_see, merchant_asked_for
from florin.api.routes import Routes
from florin.api.views import listed
from florin.clearing.cases.read_cases import cases_about, read_case_about
from florin.clearing.cases.step_case import StepCase, answer_as_merchant
from florin.clearing.cases.views import case_view_for_merchant, story_view_for_merchant
from florin.domain.case_life import CaseOperation, CaseStatus
from florin.domain.declines import Decline
from florin.domain.paging import decode_id
from florin.domain.scopes import Scope

ROUTES = Routes("Cases")

_LIST: Final = "merchant-cases"
OfStatus = Annotated[CaseStatus | None, Choice, Query(description="Where they stand.")]


@ROUTES.get(
    "/v1/merchant-cases",
    allows=Scope.PURCHASES_READ,
    problems=(Decline.MERCHANT_NOT_FOUND,),
    answers=answers.MerchantsCasePage,
    example=page_of(examples.MERCHANTS_CASE),
)
async def list_merchant_cases(
    visitor: TheVisitor, house: TheHouse, page: ThePage, merchant_id: OfMerchant = None, status: OfStatus = None
) -> dict[str, Any]:
    """List the cases about a merchant's purchases and deliveries, the latest first."""
    whose = merchant_asked_for(visitor, merchant_id)
    before = None if page.cursor is None else decode_id(_LIST, page.cursor)
    found = await cases_about(house, whose, status, before, page.limit)
    return listed(_LIST, found, case_view_for_merchant)


@ROUTES.get(
    "/v1/merchant-cases/{case_id}",
    allows=Scope.PURCHASES_READ,
    problems=(Decline.CASE_NOT_FOUND,),
    answers=answers.MerchantsCaseTold,
    example=examples.MERCHANTS_CASE_TOLD,
)
async def show_merchant_case(case_id: CaseId, visitor: TheVisitor, house: TheHouse) -> dict[str, Any]:
    """Show a case with what its merchant was asked and has answered; the member's words are for our people."""
    case, notes = accepted(await read_case_about(house, case_id))
    if case.merchant_id is None or not may_see(visitor, case.merchant_id):
        raise Refused(Decline.CASE_NOT_FOUND)
    return story_view_for_merchant(case, notes)


@ROUTES.post(
    "/v1/merchant-cases/{case_id}/answer",
    allows=Scope.PURCHASES_WRITE,
    problems=(Decline.CASE_NOT_FOUND, Decline.CASE_NOT_IN_STATE),
    answers=answers.MerchantsCase,
    example={**examples.MERCHANTS_CASE, "status": "assigned"},
)
async def answer_merchant_case(
    case_id: CaseId, fields: MerchantsAnswerFields, visitor: TheVisitor, house: TheHouse, now: Now
) -> dict[str, Any]:
    """Answer what our people have asked the merchant."""
    command, caller = StepCase(case_id, CaseOperation.ANSWER, fields.text), visitor.caller
    return case_view_for_merchant(accepted(await answer_as_merchant(house, caller.id, caller.actor_id, command, now)))
