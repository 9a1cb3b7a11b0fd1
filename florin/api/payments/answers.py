"""What is answered about payments through providers, as types: the same answer for every repetition."""

from typing import Annotated, Literal

from msgspec import Meta

from florin.api.money.money_answers import AnswerPart, Hold, HoldId, Instant, JournalId, Money, PurchaseId
from florin.domain.payment import PaymentPurpose, PaymentStatus
from florin.domain.payment_finding import FindingKind
from florin.domain.payment_refund import PaymentRefundStatus, RefundCause


def _id(prefix: str) -> Meta:
    return Meta(pattern=f"^{prefix}_[0-9a-f]{{32}}$")


PaymentId = Annotated[str, _id("pmt")]


class CardOfPayment(AnswerPart):
    """The card that a payment buys; `card_id` is set once it is the buyer's."""

    product_id: Annotated[str, _id("prd")]
    denomination: Money
    card_id: Annotated[str, _id("card")] | None


class Payment(AnswerPart):
    """Money that a member brings in, or pays for a card.

    `pay_url` is where to pay as long as that is possible, a link or a QR code.
    """

    id: PaymentId
    member_id: Annotated[str, _id("mbr")]
    provider: str
    purpose: PaymentPurpose
    hold_id: HoldId | None
    card: CardOfPayment | None
    status: PaymentStatus
    amount: Money
    pay_url: str | None
    created_at: Instant
    expires_at: Instant
    paid_at: Instant | None
    refunded: Money
    journal_id: JournalId | None
    ended_at: Instant | None


class PaymentPage(AnswerPart):
    """Some payments, and the cursor of the next page; null on the last one."""

    items: list[Payment]
    next_cursor: str | None


class PaymentRefund(AnswerPart):
    """Money of a payment that goes back to where it came from; put back into the wallet where the provider fails."""

    id: Annotated[str, _id("prf")]
    payment_id: PaymentId
    cause: RefundCause
    status: PaymentRefundStatus
    amount: Money
    requested_at: Instant
    journal_id: JournalId | None
    put_back_journal_id: JournalId | None
    ended_at: Instant | None


class PaymentRefundChanged(PaymentRefund):
    """A refund that has left the wallet or is in it again, and what is there by then."""

    balance: Money
    available: Money


class PaymentHistory(Payment):
    """A payment, and what goes or went back of it."""

    refunds: list[PaymentRefund]


class PaymentFinding(AnswerPart):
    """Where a provider and we say different things; `reference` is what the provider knows the thing by."""

    id: Annotated[str, _id("pfn")]
    kind: FindingKind
    provider: str
    reference: str
    payment_id: PaymentId | None
    expected: Money | None
    found: Money | None
    detail: str
    opened_at: Instant
    closed_at: Instant | None


class PaymentFindingNote(AnswerPart):
    """What finance has written to a finding; the last one closes it. `text` is null once the member is forgotten."""

    text: str | None
    closes: bool
    login_id: Annotated[str, _id("lgn")]
    at: Instant


class PaymentFindingHistory(PaymentFinding):
    """A finding, and what was written to it."""

    notes: list[PaymentFindingNote]


class PaymentFindingPage(AnswerPart):
    """Some findings, and the cursor of the next page; null on the last one."""

    items: list[PaymentFinding]
    next_cursor: str | None


class PaymentProviders(AnswerPart):
    """The names of the providers that a member can pay through."""

    items: list[str]


class SplitPurchase(AnswerPart):
    """A purchase of which the wallet pays what it holds and a payment the rest; it bears the id of its hold."""

    hold_id: HoldId
    status: Literal["waiting", "completed", "given_up"]
    reference: str
    requested: Money
    purchase_id: PurchaseId | None
    hold: Hold
    payment: Payment
