from datetime import UTC, datetime, timedelta

import pytest

from florin.domain.card_life import CardStatus
from florin.domain.claim_link import LinkStatus, link_status

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
LATER = NOW + timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("ended_as", "claimed_at", "expires_at", "expected"),
    [
        (None, None, LATER, LinkStatus.SENT),
        (None, None, NOW, LinkStatus.EXPIRED),
        (None, NOW, LATER, LinkStatus.CLAIMED),
        (None, NOW, NOW, LinkStatus.CLAIMED),
        (CardStatus.REPLACED, None, LATER, LinkStatus.REPLACED),
        (CardStatus.REPLACED, NOW, LATER, LinkStatus.REPLACED),
        (CardStatus.VOIDED, None, NOW, LinkStatus.VOIDED),
    ],
)
def test_a_link_is_sent_until_it_is_claimed_or_its_time_has_passed_or_its_card_has_ended(
    ended_as: CardStatus | None, claimed_at: datetime | None, expires_at: datetime, expected: LinkStatus
) -> None:
    assert expected == link_status(ended_as, claimed_at, expires_at, NOW)
