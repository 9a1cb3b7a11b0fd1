"""Claim links: a recipient gets one for a card, and sees the card's secrets with it once."""

from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import Final

from florin.domain.card_life import CardStatus
from florin.domain.declines import Decline

LINK_LIFETIME: Final = timedelta(days=30)
"""How long a link can be claimed, from each sending on. An unclaimed card is not lost: its link is sent once more."""

SENDING_INTERVAL: Final = timedelta(days=1)
"""What lies between two sendings of one card's link at least, so that nobody is flooded in the sender's name."""


class LinkStatus(StrEnum):
    """All that a buyer sees of a recipient's card."""

    SENT = auto()
    CLAIMED = auto()
    EXPIRED = auto()
    REPLACED = auto()  # another card has taken the place of this one, and has a link of its own
    VOIDED = auto()  # the card was given up


_ENDS: Final = {CardStatus.REPLACED: LinkStatus.REPLACED, CardStatus.VOIDED: LinkStatus.VOIDED}
"""What the buyer has done to a card ends its link. What its holder does with it is not for the buyer to see."""

ENDED: Final = [status.value for status in _ENDS]
"""The statuses of cards whose links are nothing any more."""


def refused_resend(claimed_at: datetime | None, sent_at: datetime, now: datetime) -> Decline | None:
    """Why a link is not sent once more now; None when it is."""
    if claimed_at is not None:
        return Decline.LINK_CLAIMED
    return Decline.LINK_SENT_TODAY if now < sent_at + SENDING_INTERVAL else None


def link_status(
    ended_as: CardStatus | None, claimed_at: datetime | None, expires_at: datetime, now: datetime
) -> LinkStatus:
    """Where a link stands at a time; ``ended_as`` is how its card has ended, if it was replaced or given up."""
    if ended_as is not None:
        return _ENDS[ended_as]
    if claimed_at is not None:
        return LinkStatus.CLAIMED
    return LinkStatus.EXPIRED if expires_at <= now else LinkStatus.SENT
