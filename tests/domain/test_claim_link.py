from datetime import UTC, datetime, timedelta

import pytest

from florin.domain.claim_link import LinkStatus, link_status

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
LATER = NOW + timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("claimed_at", "expires_at", "expected"),
    [
        (None, LATER, LinkStatus.SENT),
        (None, NOW, LinkStatus.EXPIRED),
        (NOW, LATER, LinkStatus.CLAIMED),
        (NOW, NOW, LinkStatus.CLAIMED),
    ],
)
def test_a_link_is_sent_until_it_is_claimed_or_its_time_has_passed(
    claimed_at: datetime | None, expires_at: datetime, expected: LinkStatus
) -> None:
    assert expected == link_status(claimed_at, expires_at, NOW)
