"""Cases: disputes and complaints, by members and by our people who work on them."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Query
from starlette.responses import Response

from florin.api import examples as money_examples
from florin.api.asking import TheMember, TheMemberOnce, ThePerson, ThePersonOnce, proof_of
from florin.api.callers import Audience, people
from florin.api.cases import case_answers as answers
from florin.api.cases import case_examples as examples
from florin.api.cases.case_bodies import (
    CaseFields,
    CaseRefundFields,
    CaseVoucherFields,
    OwnCaseFields,
    OwnStepFields,
    StepFields,
)
from florin.api.fields import CaseId, Choice, CustomerId, LoginId, MemberId
from florin.api.given import Now, ThePage
from florin.api.idempotency_keys import KEY_PROBLEMS, tell_replay
from florin.api.loyalty import loyalty_examples
from florin.api.loyalty.loyalty_answers import VoucherGranted
from florin.api.management_examples import page_of
from florin.api.money import money_answers
from florin.api.people.step_up import STEP_UP_PROBLEMS
from florin.api.routes import Routes
from florin.api.views import listed
from florin.clearing.cases.grant_case_voucher import GrantCaseVoucher, grant_case_voucher
from florin.clearing.cases.open_case import OpenCase, open_case, open_own_case
from florin.clearing.cases.read_cases import cases_page, own_cases, read_case, read_own_case
from florin.clearing.cases.refund_case import WHO_MAY as REFUNDERS
from florin.clearing.cases.refund_case import RefundCase, refund_case
from florin.clearing.cases.step_case import StepCase, step_case, step_own_case
from florin.clearing.cases.views import case_view, story_view
from florin.domain.case_life import Case, CaseKind, CaseStatus
from florin.domain.case_scope import OPENERS, READERS
from florin.domain.declines import Decline
from florin.storage.cases import WantedCases

ROUTES = Routes("Cases")

_LIST, _OWN_LIST = "cases", "my-cases"
_STEP = (Decline.CASE_NOT_FOUND, Decline.CASE_NOT_IN_STATE)
OfStatus = Annotated[CaseStatus | None, Choice, Query(description="Where they stand.")]
OfKind = Annotated[CaseKind | None, Choice, Query(description="What they are about.")]
OfMember = Annotated[MemberId | None, Query(description="Whose they are.")]
OfCustomer = Annotated[CustomerId | None, Query(description="Which corporate customer's they are.")]
OfCustomers = Annotated[
    bool | None, Query(strict=False, description="Those of corporate customers only, or all but those.")
]
OfAssignee = Annotated[LoginId | None, Query(description="Who works on them.")]
Overdue = Annotated[bool, Query(strict=False, description="Those only that should have been decided by now.")]


async def _wanted(
    now: Now,
    status: OfStatus = None,
    kind: OfKind = None,
    member_id: OfMember = None,
    customer_id: OfCustomer = None,
    of_customers: OfCustomers = None,
    assignee_id: OfAssignee = None,
    overdue: Overdue = False,  # noqa: FBT002 (a parameter of the query)
) -> WantedCases:
    overdue_at = now if overdue else None
    return WantedCases(status, kind, member_id, customer_id, of_customers, assignee_id, overdue_at)


TheFilter = Annotated[WantedCases, Depends(_wanted)]


@ROUTES.post(
    "/v1/me/cases",
    allows=Audience.MEMBER,
    status=201,
    problems=(*KEY_PROBLEMS, Decline.PURCHASE_NOT_FOUND),
    answers=answers.Case,
    example=examples.CASE,
)
async def open_my_case(fields: OwnCaseFields, member: TheMemberOnce, response: Response) -> dict[str, Any]:
    """Dispute an own purchase, or complain of something. The account is not closed while a dispute is open."""
    command = OpenCase(fields.kind, fields.text, fields.purchase_id)
    return _opened(await member.asks(open_own_case, command, member.key, member.now), member.now, response)


@ROUTES.get("/v1/me/cases", allows=Audience.MEMBER, answers=answers.CasePage, example=page_of(examples.CASE))
async def list_my_cases(member: TheMember, page: ThePage) -> dict[str, Any]:
    """List the member's cases, the latest first."""
    found = await member.asks(own_cases, page.last_seen(_OWN_LIST), page.limit)
    return listed(_OWN_LIST, found, case_view)


@ROUTES.get(
    "/v1/me/cases/{case_id}",
    allows=Audience.MEMBER,
    problems=(Decline.CASE_NOT_FOUND,),
    answers=answers.CaseTold,
    example=examples.CASE_TOLD,
)
async def show_my_case(case_id: CaseId, member: TheMember) -> dict[str, Any]:
    """Show an own case with its story."""
    return story_view(*await member.asks(read_own_case, case_id))


@ROUTES.post(
    "/v1/me/cases/{case_id}/steps", allows=Audience.MEMBER, problems=_STEP, answers=answers.Case, example=examples.CASE
)
async def step_my_case(case_id: CaseId, fields: OwnStepFields, member: TheMember) -> dict[str, Any]:
    """Say something to an own case: a note, the answer to our question, or that its end is accepted or not."""
    command = StepCase(case_id, fields.operation, fields.text)
    return case_view(await member.asks(step_own_case, command, member.now))


@ROUTES.post(
    "/v1/cases",
    allows=people(*OPENERS),
    status=201,
    problems=(*KEY_PROBLEMS, Decline.PURCHASE_NOT_FOUND, Decline.MEMBER_NOT_FOUND, Decline.CUSTOMER_NOT_FOUND),
    answers=answers.Case,
    example=examples.CASE,
)
async def open_new_case(fields: CaseFields, person: ThePersonOnce, response: Response) -> dict[str, Any]:
    """Open a case for a member, for whoever paid with a card, or for a corporate customer."""
    command = OpenCase(fields.kind, fields.text, fields.purchase_id, fields.member_id, fields.customer_id)
    return _opened(await person.asks(open_case, command, person.key, person.now), person.now, response)


@ROUTES.get("/v1/cases", allows=people(*READERS), answers=answers.CasePage, example=page_of(examples.CASE))
async def list_all_cases(person: ThePerson, page: ThePage, wanted: TheFilter) -> dict[str, Any]:
    """List cases, the latest first: members' to customer service, corporate customers' to service managers.

    A case is a customer's when it was opened for one, or is about what was paid with a card that one has ordered, or
    from a wallet into which such a card was loaded. Managers and auditors read both: `of_customers` parts them.
    """
    found = await person.asks(cases_page, wanted, page.last_seen(_LIST), page.limit)
    return listed(_LIST, found, case_view)


@ROUTES.get(
    "/v1/cases/{case_id}",
    allows=people(*READERS),
    problems=(Decline.CASE_NOT_FOUND,),
    answers=answers.CaseTold,
    example=examples.CASE_TOLD,
)
async def show_case(case_id: CaseId, person: ThePerson) -> dict[str, Any]:
    """Show a case with its story; what people wrote is not for auditors."""
    return story_view(*await person.asks(read_case, case_id))


@ROUTES.post(
    "/v1/cases/{case_id}/steps",
    allows=people(*OPENERS),
    problems=(*_STEP, Decline.CASE_HAS_NOBODY_TO_ASK, Decline.LOGIN_NOT_FOUND),
    answers=answers.Case,
    example=examples.CASE,
)
async def step_one_case(case_id: CaseId, fields: StepFields, person: ThePerson) -> dict[str, Any]:
    """Do a step of a case: assign it, ask or answer, resolve or reject it, reopen or close it, or leave a note."""
    command = StepCase(
        case_id, fields.operation, fields.text, fields.assignee_id, fields.due_at, is_internal=fields.is_internal
    )
    return case_view(await person.asks(step_case, command, person.now))


@ROUTES.post(
    "/v1/cases/{case_id}/refund",
    allows=people(*REFUNDERS),
    problems=(
        *KEY_PROBLEMS,
        *_STEP,
        Decline.CASE_WITHOUT_PURCHASE,
        Decline.SAME_PERSON,
        *STEP_UP_PROBLEMS,
        Decline.DUPLICATE_REFERENCE,
        Decline.MERCHANT_INACTIVE,
        Decline.ALREADY_REVERSED,
        Decline.CURRENCY_MISMATCH,
        Decline.REFUND_EXCEEDS_REMAINING,
        Decline.REFUND_ABOVE_CAP,
        Decline.CARD_NOT_ACTIVE,
        Decline.CARD_BLOCKED,
        Decline.MEMBER_NOT_ACTIVE,
    ),
    answers=money_answers.RefundMade,
    example=money_examples.REFUND_MADE,
)
async def refund_one_case(case_id: CaseId, fields: CaseRefundFields, person: ThePersonOnce) -> Response:
    """Give back what the case's purchase took, or a part, once: what its merchant would, on the merchant's behalf.

    Whoever opened the case for somebody may not.
    """
    proof = await proof_of(person, fields.totp_code)
    wanted = fields.amount
    amount_minor, currency = (None, None) if wanted is None else (wanted.amount, wanted.currency)
    command = RefundCase(case_id, amount_minor, currency)
    return await person.asks_once(refund_case, command, proof, person.key, person.request_id)


@ROUTES.post(
    "/v1/cases/{case_id}/voucher",
    allows=people(*REFUNDERS),
    problems=(
        *KEY_PROBLEMS,
        *_STEP,
        *STEP_UP_PROBLEMS,
        Decline.CASE_WITHOUT_MEMBER,
        Decline.SAME_PERSON,
        Decline.DUPLICATE_REFERENCE,
        Decline.CURRENCY_MISMATCH,
        Decline.LIMIT_EXCEEDED,
        Decline.MEMBER_NOT_ACTIVE,
    ),
    answers=VoucherGranted,
    example=loyalty_examples.GRANTED,
)
async def grant_one_cases_voucher(case_id: CaseId, fields: CaseVoucherFields, person: ThePersonOnce) -> Response:
    """Give the member a voucher, once a case: on the programme's account, and valid as long as its other vouchers.

    Whoever opened the case for somebody may not.
    """
    proof = await proof_of(person, fields.totp_code)
    command = GrantCaseVoucher(case_id, fields.amount.amount, fields.amount.currency)
    return await person.asks_once(grant_case_voucher, command, proof, person.key, person.request_id)


def _opened(case: Case, now: datetime, response: Response) -> dict[str, Any]:
    if case.opened_at != now:
        tell_replay(response)
    return case_view(case)
