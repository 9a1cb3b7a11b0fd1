"""What is answered about lost cards, as types: the same answer for every repetition."""

from typing import Annotated

from msgspec import Meta

from florin.api.money.money_answers import AnswerPart, Card, CardId, Instant, JournalId
from florin.domain.loss import LossStatus


def _id(prefix: str) -> Meta:
    return Meta(pattern=f"^{prefix}_[0-9a-f]{{32}}$")


class Loss(AnswerPart):
    """A lost card: `reported` and stopped, then `replaced` by `successor_id`, or `found` again."""

    id: Annotated[str, _id("los")]
    card_id: CardId
    member_id: Annotated[str, _id("mbr")] | None
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
