from datetime import date, timedelta

import pytest

from florin.domain.declines import Decline
from florin.domain.money import MAX_AMOUNT_MINOR
from florin.domain.policy.catalogue import PACKS, PackName
from florin.domain.policy.cn import CN
from florin.domain.policy.facts import Credit, CreditCause, Facts, Holding, Issue, Payment, Sale
from florin.domain.policy.pack import (
    Pack,
    decide,
    expiry_on,
    identities_kept_since,
    kept_until,
    transactions_kept_since,
)
from florin.domain.policy.rules import BalanceCap, RealName
from florin.domain.policy.unregulated import UNREGULATED
from florin.domain.policy.verdict import ALLOW, Deny, Require, Step, Verdict

TODAY = date(2026, 3, 5)
FROM, UNTIL = date(2026, 1, 1), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2025, 12, 31), ALLOW),
        (FROM, Deny(Decline.LIMIT_EXCEEDED)),
        (UNTIL, Deny(Decline.LIMIT_EXCEEDED)),
        (date(2027, 1, 1), ALLOW),
    ],
)
def test_a_rule_applies_from_its_first_day_to_its_last(on: date, expected: Verdict) -> None:
    cap = BalanceCap(source="a law", effective_from=FROM, effective_until=UNTIL, holding=Holding.BEARER, cap_minor=100)
    assert expected == decide(Issue(Holding.BEARER, 101), Pack(name="test", rules=(cap,)), on)


def test_a_denial_goes_before_a_requirement_whatever_their_order() -> None:
    name = RealName(source="a law", effective_from=FROM, holding=Holding.REGISTERED, from_minor=1)
    cap = BalanceCap(source="a law", effective_from=FROM, holding=Holding.REGISTERED, cap_minor=100)
    facts = Credit(Holding.REGISTERED, CreditCause.TOP_UP, 100, 1, real_name_known=False)

    for rules in ((name, cap), (cap, name)):
        assert Deny(Decline.LIMIT_EXCEEDED) == decide(facts, Pack(name="test", rules=rules), TODAY)


@pytest.mark.parametrize("holding", Holding)
def test_without_regulation_nothing_is_capped_and_nobody_identified(holding: Holding) -> None:
    everything: list[Facts] = [
        Issue(holding, MAX_AMOUNT_MINOR),
        Sale(holding, MAX_AMOUNT_MINOR, real_name_known=False),
        *(Credit(holding, cause, MAX_AMOUNT_MINOR, MAX_AMOUNT_MINOR, real_name_known=False) for cause in CreditCause),
        Payment(in_network=True),
    ]
    assert [ALLOW] * len(everything) == [decide(facts, UNREGULATED, TODAY) for facts in everything]


def test_without_regulation_a_card_still_pays_only_in_its_own_network() -> None:
    assert Deny(Decline.OUT_OF_NETWORK) == decide(Payment(in_network=False), UNREGULATED, TODAY)


@pytest.mark.parametrize(("product_years", "expected"), [(None, None), (2, date(2028, 3, 5))])
def test_without_regulation_the_product_sets_the_validity(product_years: int | None, expected: date | None) -> None:
    for holding in Holding:
        assert expected == expiry_on(UNREGULATED, holding, TODAY, product_years)


def test_every_step_has_a_decline_that_tells_of_it() -> None:
    assert {Step.REAL_NAME: Decline.REAL_NAME_REQUIRED} == {step: Require(step).decline for step in Step}


def test_every_pack_is_in_the_catalogue_under_its_own_name() -> None:
    assert {name: name.value for name in PackName} == {name: pack.name for name, pack in PACKS.items()}


def test_every_provision_of_every_pack_has_a_source() -> None:
    for pack in PACKS.values():
        assert all(provision.source for provision in (*pack.rules, *pack.validities))


@pytest.mark.parametrize("on", [date(2026, 3, 5), date(2028, 2, 29), date(2028, 3, 1), date(2029, 2, 28)])
def test_what_is_kept_since_a_day_is_what_is_not_yet_over_on_it(on: date) -> None:
    for pack in PACKS.values():
        since = identities_kept_since(pack, on)
        around = [since + timedelta(days=each) for each in range(-400, 400)]
        assert [kept_until(pack, day) < on for day in around] == [day < since for day in around]


def test_transactions_are_kept_for_years_of_their_own() -> None:
    assert [date(2023, 3, 5), date(2021, 3, 5)] == [
        kept_since(CN, TODAY) for kept_since in (transactions_kept_since, identities_kept_since)
    ]
