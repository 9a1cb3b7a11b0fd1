"""What is asked about cases."""

from typing import Annotated

from pydantic import Field

from florin.api.cases import case_examples as examples
from florin.api.fields import (
    AmountField,
    Choice,
    CustomerId,
    Instant,
    LoginId,
    MemberId,
    PrivateFields,
    PurchaseId,
    TotpCode,
)
from florin.domain.case_life import LONGEST_TEXT, CaseKind, CaseOperation

Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]


class OwnCaseFields(PrivateFields, example=examples.OWN_CASE):
    """What a member is not content with; a dispute names its purchase."""

    kind: Annotated[CaseKind, Choice]
    text: Text
    purchase_id: PurchaseId | None = None


class CaseFields(PrivateFields, example=examples.NEW_CASE):
    """What somebody is not content with, and who: by a purchase, a member or a corporate customer."""

    kind: Annotated[CaseKind, Choice]
    text: Text
    purchase_id: PurchaseId | None = None
    member_id: MemberId | None = None
    customer_id: CustomerId | None = None


class OwnStepFields(PrivateFields, example=examples.OWN_STEP):
    """A member's step of an own case: `note`, `answer`, `reopen` or `close`."""

    operation: Annotated[CaseOperation, Choice]
    text: Text


class MerchantsAnswerFields(PrivateFields, example=examples.MERCHANTS_ANSWER):
    """What a merchant answers to what it was asked; the member reads it, too."""

    text: Text


class StepFields(PrivateFields, example=examples.STEP):
    """A step of a case; only `assign` names an assignee or a day, and only a `note` is internal."""

    operation: Annotated[CaseOperation, Choice]
    text: Text
    assignee_id: LoginId | None = None
    due_at: Instant | None = None
    is_internal: bool = False


class CaseVoucherFields(PrivateFields, example=examples.CASE_VOUCHER):
    """What the voucher is worth, and a fresh one-time code, which this one action spends."""

    amount: AmountField
    totp_code: TotpCode


class CaseRefundFields(PrivateFields, example=examples.CASE_REFUND):
    """How much goes back (nothing said: all that remains), and a fresh one-time code, which this one action spends."""

    amount: AmountField | None = None
    totp_code: TotpCode
