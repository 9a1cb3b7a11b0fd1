import pytest

from florin.domain.declines import Decline
from florin.domain.throttle_rules import RULES, RateLimited, network_of


def test_each_rule_has_a_name_of_its_own_and_lets_somebody_through() -> None:
    assert len(RULES) == len({rule.name for rule in RULES})
    assert all(rule.limit > 0 and rule.window_s > 0 for rule in RULES)


def test_what_is_shared_by_everybody_takes_more_than_any_single_subject() -> None:
    limits = {rule.name: rule.limit for rule in RULES}
    for door in ("sign_in", "registration", "card_inquiry"):
        assert limits[f"{door}_in_total"] > 10 * limits[f"{door}_by_address"]


def test_a_limit_is_told_by_one_decline() -> None:
    assert Decline.RATE_LIMITED == RateLimited(1).decline


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_an_address_counts_as_the_network_of_one_household(address: str, expected: str) -> None:
    assert expected == network_of(address)
