"""What is answered where a customer's money moves, as types: the same answer for every repetition."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from florin.api.money.money_answers import AnswerPart, Instant, JournalId, Money
from florin.domain.funding_refund import FundingRefundStatus
from florin.domain.receipt import PaymentMethod


def _id(prefix: str) -> Meta:
    return Meta(pattern=f"^{prefix}_[0-9a-f]{{32}}$")


CustomerId = Annotated[str, _id("cus")]
LoginId = Annotated[str, _id("lgn")]


class ReceiptRecorded(AnswerPart):
    """Money that has come in, and what the customer has by then: `reserved` by orders and refunds, or `available`."""

    id: Annotated[str, _id("rct")]
    customer_id: CustomerId
    method: PaymentMethod
    bank_reference: str
    amount: Money
    payment_reference: str | None
    received_on: date
    journal_id: JournalId
    posted_at: Instant
    balance: Money
    reserved: Money
    available: Money


class FundingRefund(AnswerPart):
    """Money on its way back to a customer: reserved when requested, in transit when approved, gone when paid."""

    id: Annotated[str, _id("frf")]
    customer_id: CustomerId
    refund_account_id: Annotated[str, _id("rac")]
    status: FundingRefundStatus
    amount: Money
    reason: str
    requested_by: LoginId
    requested_at: Instant
    decided_by: LoginId | None
    decided_at: Instant | None
    journal_id: JournalId | None
    paid_by: LoginId | None
    paid_at: Instant | None
    paid_journal_id: JournalId | None
    bank_reference: str | None


class FundingRefundPage(AnswerPart):
    """Some refunds, and the cursor of the next page."""

    items: list[FundingRefund]
    next_cursor: str | None


class FundingRefundChanged(FundingRefund):
    """A refund after a step of it, and what the customer has by then."""

    balance: Money
    reserved: Money
    available: Money
