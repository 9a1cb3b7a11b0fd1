"""Claim links: a recipient gets one for a card, and sees the card's secrets with it once."""

from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import Final

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


def refused_resend(claimed_at: datetime | None, sent_at: datetime, now: datetime) -> Decline | None:
    """Why a link is not sent once more now; None when it is."""
    if claimed_at is not None:
        return Decline.LINK_CLAIMED
    return Decline.LINK_SENT_TODAY if now < sent_at + SENDING_INTERVAL else None


def link_status(claimed_at: datetime | None, expires_at: datetime, now: datetime) -> LinkStatus:
    """Where a link stands at a time."""
    if claimed_at is not None:
        return LinkStatus.CLAIMED
    return LinkStatus.EXPIRED if expires_at <= now else LinkStatus.SENT
