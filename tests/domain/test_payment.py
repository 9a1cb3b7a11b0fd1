"""What may become of a payment, from each of its statuses."""

from datetime import date, timedelta

import pytest

from florin.domain.payment import PaymentOperation, PaymentStatus, following, provider_account
from florin.domain.policy.catalogue import PACKS, PackName
from florin.domain.policy.cn import CN
from florin.domain.policy.pack import cooling_off_on

# One column an operation: offer, credit, return, dispute, withdraw, expire, fail. A + is where it changes the status.
TABLE = """
created   +++++++
offered   -+++++-
withdrawn -+++-+-
credited  -------
returned  -------
expired   -+++---
failed    -+++---
disputed  -++----
"""


@pytest.mark.parametrize("line", TABLE.strip().splitlines())
def test_every_status_allows_what_the_table_says(line: str) -> None:
    status, signs = line.split()
    changes = [following(each, PaymentStatus(status)) is not None for each in PaymentOperation]
    assert [sign == "+" for sign in signs] == changes


def test_the_table_has_every_status() -> None:
    assert list(PaymentStatus) == [PaymentStatus(line.split()[0]) for line in TABLE.strip().splitlines()]


def test_a_providers_account_is_made_of_its_name_for_ever() -> None:
    assert "0622964d1db71f2b497bf9eea962d7d0" == provider_account("sandbox").hex
    assert provider_account("sandbox") != provider_account("alipay")


@pytest.mark.parametrize(("on", "days"), [(date(2025, 4, 30), 0), (date(2025, 5, 1), 7), (date(2026, 3, 2), 7)])
def test_china_gives_seven_days_since_its_highest_court_said_so(on: date, days: int) -> None:
    assert timedelta(days=days) == cooling_off_on(CN, on)


def test_without_a_provision_nothing_goes_back_for_the_asking() -> None:
    assert timedelta(0) == cooling_off_on(PACKS[PackName.NONE], date(2026, 3, 2))
