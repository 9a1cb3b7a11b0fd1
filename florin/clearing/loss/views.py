"""What is told of a loss. It is stored with the operations, so no name and no number stands in it."""

from florin.clearing.answers import Json, id_if_any, instant, instant_if_any
from florin.domain.identifiers import wire_id
from florin.domain.loss import Loss, LossStatus


def loss_view(loss: Loss) -> Json:
    """A loss as everybody sees it who may; its successor is named once it has taken the card's place."""
    successor = loss.successor_id if loss.status is LossStatus.REPLACED else None
    return {
        "id": wire_id("loss", loss.id),
        "card_id": wire_id("card", loss.card_id),
        "member_id": id_if_any("member", loss.member_id),
        "status": loss.status,
        "reported_at": instant(loss.reported_at),
        "decided_at": instant_if_any(loss.decided_at),
        "successor_id": id_if_any("card", successor),
        "journal_id": id_if_any("journal", loss.journal_id),
    }


def block_name(loss: Loss) -> str:
    """The name that the block of a lost card bears."""
    return f"reported lost, {wire_id('loss', loss.id)}"
