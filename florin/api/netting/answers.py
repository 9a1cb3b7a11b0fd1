"""What is answered about netting statements and payouts, as types: the same answer for every repetition."""

from datetime import date
from typing import Annotated

from msgspec import Meta, field

from florin.api.money.money_answers import AnswerPart, Instant, JournalId, Money
from florin.api.settlement.answers import Digest, ProgrammeId
from florin.domain.netting import NettingStatus
from florin.domain.payout import PayoutStatus

NettingId = Annotated[str, Meta(pattern="^nst_[0-9a-f]{32}$")]


class Payee(AnswerPart):
    """The bank account of the programme that is paid."""

    holder: str
    bank: str
    number: str


class NettingStatement(AnswerPart):
    """What two programmes owe each other for merchants that one of them pays, and what is left once it is set off.

    `first_owes` is what the first one's statements have passed on to the second, with what the bank has sent back of
    earlier payments; `second_owes` the reverse. `offset` is the smaller of both, `net` what `debtor_id` pays `payee`.
    """

    id: NettingId
    first_id: ProgrammeId
    second_id: ProgrammeId
    status: NettingStatus
    from_: date = field(name="from")
    until: date
    statement_count: int
    first_owes: Money
    second_owes: Money
    offset: Money
    net: Money
    debtor_id: ProgrammeId | None
    payee: Payee | None
    details_hash: Digest
    approved_at: Instant | None
    first_journal_id: JournalId | None
    second_journal_id: JournalId | None


class NettingStatementPage(AnswerPart):
    """Some netting statements, and the cursor of the next page."""

    items: list[NettingStatement]
    next_cursor: str | None


class NettingPayout(AnswerPart):
    """What a netting statement leaves to be paid: due, in a payout file, shown by the debtor's bank, or sent back.

    `received_at` is when the creditor's bank has shown it. One that was sent back is owed again, and part of the
    netting statement `carried_into`.
    """

    id: Annotated[str, Meta(pattern="^npo_[0-9a-f]{32}$")]
    netting_id: NettingId
    debtor_id: ProgrammeId
    creditor_id: ProgrammeId
    status: PayoutStatus
    amount: Money
    made_at: Instant
    file_id: Annotated[str, Meta(pattern="^pof_[0-9a-f]{32}$")] | None
    sent_at: Instant | None
    paid_journal_id: JournalId | None
    settled_at: Instant | None
    settled_journal_id: JournalId | None
    bank_reference: str | None
    received_at: Instant | None
    received_journal_id: JournalId | None
    received_reference: str | None
    returned_at: Instant | None
    returned_journal_id: JournalId | None
    return_reason: str | None
    carried_into: NettingId | None


class NettingPayoutPage(AnswerPart):
    """Some payouts, and the cursor of the next page."""

    items: list[NettingPayout]
    next_cursor: str | None
