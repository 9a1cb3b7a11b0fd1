"""What is answered about orders paid at the door, as types."""

from typing import Annotated

from msgspec import Meta

from florin.api.money.money_answers import AnswerPart, Instant, Money
from florin.domain.cash_order import CashOrderStatus, Verdict


def _id(prefix: str) -> Meta:
    return Meta(pattern=f"^{prefix}_[0-9a-f]{{32}}$")


class Review(AnswerPart):
    """What is thought of a delivery; `by_default` when its member has said nothing in time."""

    id: Annotated[str, _id("rvw")]
    verdict: Verdict
    by_default: bool
    text: str | None
    case_id: Annotated[str, _id("cas")] | None
    at: Instant


class CashOrder(AnswerPart):
    """An order that is paid at the door; before `review_until` its member may say how it was."""

    id: Annotated[str, _id("cod")]
    merchant_id: Annotated[str, _id("mer")]
    member_id: Annotated[str, _id("mbr")]
    reference: str
    status: CashOrderStatus
    amount: Money
    recorded_at: Instant
    delivered_at: Instant | None
    review_until: Instant | None
    cancelled_at: Instant | None
    review: Review | None


class CashOrderPage(AnswerPart):
    """Some orders, and the cursor of the next page."""

    items: list[CashOrder]
    next_cursor: str | None
