"""What is answered about merchants' statements and payouts, as types: the same answer for every repetition."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from florin.api.money.money_answers import AnswerPart, Instant, JournalId, Money
from florin.domain.merchant_statement import StatementStatus
from florin.domain.payout import PayoutStatus


def _id(prefix: str) -> Meta:
    return Meta(pattern=f"^{prefix}_[0-9a-f]{{32}}$")


StatementId = Annotated[str, _id("mst")]
ProgrammeId = Annotated[str, _id("prg")]
MerchantId = Annotated[str, _id("mer")]
Digest = Annotated[str, Meta(description="Of all figures, and of whose and which day they are.")]


class MerchantStatement(AnswerPart):
    """What a business day owes a merchant: from what was carried in to what is paid or carried on.

    `carried_in` + `purchases` - `undone` - `refunds` + `taken_over` - `fees` + `fees_returned` - `reserve_kept` +
    `reserve_released` - `set_off` = `payout` + `passed_on` + `carried_out`, and what the merchant owes for cards that
    it has sold is `owed_for_cards_before` + `cards_sold` - `cards_taken_back` - `cards_paid` - `set_off` =
    `owed_for_cards`. `undone` is what was voided or reversed, `cards_paid` what has come in by bank transfer; `set_off`
    is below zero for a card taken back after it was set off or paid for. Where another programme pays the merchant,
    `acceptor_id`, it takes over what this one passes on. What is taken over, passed on and carried may be below zero.
    """

    id: StatementId
    programme_id: ProgrammeId
    merchant_id: MerchantId
    business_date: date
    status: StatementStatus
    carried_in: Money
    purchase_count: int
    purchases: Money
    undone_count: int
    undone: Money
    refund_count: int
    refunds: Money
    taken_over: Money
    cards_sold_count: int
    cards_sold: Money
    cards_taken_back: Money
    cards_paid: Money
    owed_for_cards_before: Money
    set_off: Money
    owed_for_cards: Money
    fees: Money
    fees_returned: Money
    reserve_kept: Money
    reserve_until: date | None
    reserve_released: Money
    payout: Money
    pays_on: date | None
    passed_on: Money
    acceptor_id: ProgrammeId | None
    carried_out: Money
    details_hash: Digest
    approved_at: Instant | None
    journal_id: JournalId | None


class MerchantStatementPage(AnswerPart):
    """Some statements, and the cursor of the next page."""

    items: list[MerchantStatement]
    next_cursor: str | None


class StatementApproval(AnswerPart):
    """What became of one statement: it is approved, or `problem` is the code of why not."""

    id: StatementId
    statement: MerchantStatement | None
    problem: str | None


class StatementApprovals(AnswerPart):
    """What became of each."""

    items: list[StatementApproval]


class MerchantPayout(AnswerPart):
    """What a statement pays: due, in a payout file, shown by the bank's statement, or sent back by the bank.

    One that was sent back is replaced by another, which names it as `replaces_id`.
    """

    id: Annotated[str, _id("mpo")]
    statement_id: StatementId
    programme_id: ProgrammeId
    merchant_id: MerchantId
    status: PayoutStatus
    amount: Money
    pays_on: date
    replaces_id: Annotated[str, _id("mpo")] | None
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


class MerchantDebt(AnswerPart):
    """What a merchant owes a programme, besides what statements that wait for their approval set off.

    Below zero it has paid or taken back too much, which its next statement gives back.
    """

    programme_id: ProgrammeId
    owed_for_cards: Money


class MerchantDebts(AnswerPart):
    """What a merchant owes for cards that it has sold, and the reference that it puts on its bank transfer."""

    payment_reference: str
    items: list[MerchantDebt]


class MerchantDebtPayment(AnswerPart):
    """What a merchant has paid by bank transfer of what it owes for cards."""

    id: Annotated[str, _id("mdp")]
    programme_id: ProgrammeId
    merchant_id: MerchantId
    amount: Money
    bank_reference: str
    received_on: date
    business_date: date
    journal_id: JournalId
    posted_at: Instant


class MerchantPayoutPage(AnswerPart):
    """Some payouts, and the cursor of the next page."""

    items: list[MerchantPayout]
    next_cursor: str | None
