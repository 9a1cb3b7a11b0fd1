"""What is answered where an account is closed and paid out, as types: the same answer for every repetition."""

from typing import Annotated

from msgspec import Meta

from florin.api.money.money_answers import AnswerPart, Instant, JournalId, Money, PayerId
from florin.domain.closure import ClosureStatus, ProofOfHolder
from florin.domain.closure_payout import PayoutCause
from florin.domain.payout import PayoutStatus


def _id(prefix: str) -> Meta:
    return Meta(pattern=f"^{prefix}_[0-9a-f]{{32}}$")


ClosureId = Annotated[str, _id("clo")]
Digest = Annotated[str, Meta(description="Of all that is confirmed: name, end of the bank account's number, amounts.")]


class Closure(AnswerPart):
    """A closure: `requested` was kept at the request, `amount` is paid out by its approval, `bonus` given up."""

    id: ClosureId
    owner_id: PayerId
    status: ClosureStatus
    requested: Money
    amount: Money
    bonus: Money
    in_cash: bool
    details_hash: Digest
    requested_at: Instant
    verify_until: Instant
    verified_by: ProofOfHolder | None
    verified_at: Instant | None
    cools_until: Instant | None
    decided_at: Instant | None
    reason: str | None
    journal_id: JournalId | None
    decided_journal_id: JournalId | None


class ClosureNow(Closure):
    """A closure as it stands: `to_pay` is what an approval now would pay out, and then what is owed and not sent."""

    to_pay: Money


class ClosurePage(AnswerPart):
    """Some closures, and the cursor of the next page."""

    items: list[ClosureNow]
    next_cursor: str | None


class ClosureCancelled(Closure):
    """A closure that was called off, and what may be spent again."""

    balance: Money
    available: Money


class Payout(AnswerPart):
    """What a closed account is owed: due, sent to the bank or handed over, settled by its statement, or returned."""

    id: Annotated[str, _id("cpo")]
    closure_id: ClosureId
    status: PayoutStatus
    amount: Money
    cause: PayoutCause
    in_cash: bool
    file_id: Annotated[str, _id("pof")] | None
    made_at: Instant
    sent_at: Instant | None
    paid_journal_id: JournalId | None
    settled_at: Instant | None
    settled_journal_id: JournalId | None
    bank_reference: str | None
    returned_at: Instant | None
    returned_journal_id: JournalId | None
    return_reason: str | None


class PayoutPage(AnswerPart):
    """Some payouts, and the cursor of the next page."""

    items: list[Payout]
    next_cursor: str | None


class Holder(AnswerPart):
    """Who is paid out, and the end of the document's number."""

    name: str
    document_kind: str
    document_number_ends: str


class Account(AnswerPart):
    """A bank account in full."""

    holder: str
    bank: str
    number: str


class ClosureInFull(ClosureNow):
    """A closure with its payouts; `holder` and `account` are null for those who may not see them."""

    account_last4: str | None
    holder: Holder | None
    account: Account | None
    payouts: list[Payout]
