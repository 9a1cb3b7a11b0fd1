"""What is answered about money in suspense, as types: the same answer for every repetition."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from florin.api.breaks.answers import Days
from florin.api.money.money_answers import AnswerPart, Instant, JournalId, Money
from florin.api.settlement.answers import ProgrammeId
from florin.domain.payout import PayoutStatus
from florin.domain.suspense import ItemStatus, ResolutionKind, ResolutionStatus, SuspenseReason


def _id(prefix: str) -> Meta:
    return Meta(pattern=f"^{prefix}_[0-9a-f]{{32}}$")


ItemId = Annotated[str, _id("sus")]


class SuspenseResolution(AnswerPart):
    """What is to become of an item; `details_hash` is what its approval names."""

    id: Annotated[str, _id("srs")]
    kind: ResolutionKind
    status: ResolutionStatus
    reason: str
    customer_id: Annotated[str, _id("cus")] | None
    payment_reference: str | None
    account_last4: str | None
    payout_journal_id: JournalId | None
    details_hash: Annotated[str, Meta(description="Of all that is proposed, for which item, and by whom.")]
    proposed_at: Instant
    decided_at: Instant | None
    receipt_id: Annotated[str, _id("rct")] | None
    journal_id: JournalId | None


class SuspensePayout(AnswerPart):
    """Money that goes back to its sender: due, in a payout file, shown by the bank's statement, or sent back by it."""

    id: Annotated[str, _id("spo")]
    suspense_item_id: ItemId
    status: PayoutStatus
    amount: Money
    file_id: Annotated[str, _id("pof")] | None
    made_at: Instant
    sent_at: Instant | None
    settled_at: Instant | None
    bank_reference: str | None
    returned_at: Instant | None
    return_reason: str | None


class SuspenseItem(AnswerPart):
    """A line of a statement that nobody was found for, the resolution that stands or the last one, and its payout."""

    id: ItemId
    status: ItemStatus
    counterparty_id: Annotated[str, _id("cpy")]
    programme_id: ProgrammeId
    statement_line_id: Annotated[str, _id("stl")]
    amount: Money
    reason: SuspenseReason
    bank_reference: str
    booked_on: date
    opened_at: Instant
    journal_id: JournalId
    resolution: SuspenseResolution | None
    payout: SuspensePayout | None


class SenderAccount(AnswerPart):
    """The bank account that money is to go back to."""

    holder: str
    bank: str
    number: str


class AgedSuspenseItem(SuspenseItem, kw_only=True):
    """An item with its age."""

    age_days: Days


class SuspenseItemInFull(AgedSuspenseItem, kw_only=True):
    """An item with what the statement says of its sender, and where it would go back to, for those who decide."""

    text: str | None
    party: str | None
    party_account: str | None
    account: SenderAccount | None


class SuspensePage(AnswerPart):
    """Some items, and the cursor of the next page."""

    items: list[AgedSuspenseItem]
    next_cursor: str | None
