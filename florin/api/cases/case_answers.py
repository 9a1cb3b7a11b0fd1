"""What is answered about cases and lost cards, as types."""

from typing import Annotated

from msgspec import Meta

from florin.api.money.money_answers import AnswerPart, Card, CardId, Instant, JournalId, Money, PurchaseId
from florin.domain.case_life import CaseKind, CaseOperation, CaseStatus, RemedyKind, Side
from florin.domain.loss import LossStatus


def _id(prefix: str) -> Meta:
    return Meta(pattern=f"^{prefix}_[0-9a-f]{{32}}$")


MemberId = Annotated[str, _id("mbr")]


class Case(AnswerPart):
    """A case: a dispute about a purchase, or a complaint."""

    id: Annotated[str, _id("cas")]
    kind: CaseKind
    status: CaseStatus
    member_id: MemberId | None
    customer_id: Annotated[str, _id("cus")] | None
    purchase_id: PurchaseId | None
    merchant_id: Annotated[str, _id("mer")] | None
    opened_at: Instant
    assignee_id: Annotated[str, _id("lgn")] | None
    due_at: Instant
    ended_at: Instant | None


class CasePage(AnswerPart):
    """Some cases, and the cursor of the next page."""

    items: list[Case]
    next_cursor: str | None


class CaseNote(AnswerPart):
    """A line of a case's story, with the case's status after it; what nobody did (`side`) has no text."""

    operation: CaseOperation | None
    status: CaseStatus
    side: Side
    is_internal: bool
    text: str | None
    at: Instant


class Remedy(AnswerPart):
    """What a case has brought its member: a refund of its purchase, or a voucher."""

    kind: RemedyKind
    id: Annotated[str, Meta(pattern="^(rfd|vch)_[0-9a-f]{32}$")]
    amount: Money
    at: Instant


class CaseTold(Case):
    """A case with its story, and what it has brought."""

    notes: list[CaseNote]
    remedies: list[Remedy]


class MerchantsCase(AnswerPart):
    """A case as the merchant sees it that it is about."""

    id: Annotated[str, _id("cas")]
    kind: CaseKind
    status: CaseStatus
    purchase_id: PurchaseId | None
    merchant_id: Annotated[str, _id("mer")]
    opened_at: Instant
    due_at: Instant
    ended_at: Instant | None


class MerchantsCasePage(AnswerPart):
    """Some cases, and the cursor of the next page."""

    items: list[MerchantsCase]
    next_cursor: str | None


class MerchantsCaseTold(MerchantsCase):
    """A case with what its merchant was asked and has answered."""

    notes: list[CaseNote]


class Loss(AnswerPart):
    """A lost card: `reported` and stopped, then `replaced` by `successor_id`, or `found` again."""

    id: Annotated[str, _id("los")]
    card_id: CardId
    member_id: MemberId | None
    status: LossStatus
    reported_at: Instant
    decided_at: Instant | None
    successor_id: CardId | None
    journal_id: JournalId | None


class LossPage(AnswerPart):
    """Some losses, and the cursor of the next page."""

    items: list[Loss]
    next_cursor: str | None


class LossChanged(Loss):
    """A loss that was reported or has ended, and its card as it stands by then."""

    card: Card


class LossReplaced(LossChanged):
    """A loss of which another card has the money."""

    new_card: Card
