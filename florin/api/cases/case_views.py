"""What is asked and told about cases."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from florin.api.cases import case_examples as examples
from florin.api.fields import (
    AmountField,
    CaseId,
    Choice,
    CustomerId,
    Instant,
    LoginId,
    MemberId,
    PrivateFields,
    PurchaseId,
    TotpCode,
)
from florin.api.views import View
from florin.domain.case_life import LONGEST_TEXT, Case, CaseKind, CaseNote, CaseOperation, CaseStatus

Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]


class OwnCaseFields(PrivateFields):
    """What a member is not content with; a dispute names its purchase."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.OWN_CASE]})

    kind: Annotated[CaseKind, Choice]
    text: Text
    purchase_id: PurchaseId | None = None


class CaseFields(PrivateFields):
    """What somebody is not content with, and who: by a purchase, a member or a corporate customer."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.NEW_CASE]})

    kind: Annotated[CaseKind, Choice]
    text: Text
    purchase_id: PurchaseId | None = None
    member_id: MemberId | None = None
    customer_id: CustomerId | None = None


class OwnStepFields(PrivateFields):
    """A member's step of an own case: `note`, `answer`, `reopen` or `close`."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.OWN_STEP]})

    operation: Annotated[CaseOperation, Choice]
    text: Text


class StepFields(PrivateFields):
    """A step of a case; only `assign` names an assignee or a day, and only a `note` is internal."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.STEP]})

    operation: Annotated[CaseOperation, Choice]
    text: Text
    assignee_id: LoginId | None = None
    due_at: Instant | None = None
    is_internal: bool = False


class CaseRefundFields(PrivateFields):
    """How much goes back (nothing said: all that remains), and a fresh one-time code, which this one action spends."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CASE_REFUND]})

    amount: AmountField | None = None
    totp_code: TotpCode


class CaseView(View):
    """A case: a dispute about a purchase, or a complaint."""

    id: CaseId
    kind: Annotated[CaseKind, Choice]
    status: Annotated[CaseStatus, Choice]
    member_id: MemberId | None
    customer_id: CustomerId | None
    purchase_id: PurchaseId | None
    opened_at: datetime
    assignee_id: LoginId | None
    due_at: datetime
    ended_at: datetime | None


class NoteView(View):
    """A line of a case's story, with the case's status after it."""

    operation: Annotated[CaseOperation, Choice] | None
    status: Annotated[CaseStatus, Choice]
    by_member: bool
    is_internal: bool
    text: str
    at: datetime


class CaseTold(CaseView):
    """A case with its story."""

    notes: list[NoteView]


class CasePage(View):
    """Some cases, and the cursor of the next page."""

    items: list[CaseView]
    next_cursor: str | None


def case_view(case: Case) -> CaseView:
    """A case as everybody sees it who may."""
    return CaseView.model_validate(case, extra="ignore")


def case_told(case: Case, notes: list[CaseNote]) -> CaseTold:
    """A case with what of its story is for whoever reads it."""
    told = [
        NoteView(
            operation=each.operation,
            status=each.status,
            by_member=each.by_member,
            is_internal=each.is_internal,
            text=each.text,
            at=each.at,
        )
        for each in notes
    ]
    return CaseTold(**dict(case_view(case)), notes=told)
