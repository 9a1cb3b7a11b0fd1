from datetime import date

import pytest

from florin.domain.declines import Decline
from florin.domain.policy.cn import CN
from florin.domain.policy.facts import CompanyPayment, Credit, CreditCause, Facts, Holding, Issue, Payment, Sale
from florin.domain.policy.pack import decide, expiry_on
from florin.domain.policy.verdict import ALLOW, Deny, Require, Step, Verdict

TODAY = date(2026, 3, 5)
FIRST_DAY = date(2012, 11, 1)
OVER = Deny(Decline.LIMIT_EXCEEDED)
NAME = Require(Step.REAL_NAME)
BEARER, REGISTERED = Holding.BEARER, Holding.REGISTERED


@pytest.mark.parametrize(
    ("holding", "face_minor", "expected"),
    [
        (BEARER, 99_999, ALLOW),
        (BEARER, 100_000, ALLOW),
        (BEARER, 100_001, OVER),
        (BEARER, 200_000, OVER),  # the 2,000 yuan card exists only as a registered one
        (REGISTERED, 200_000, ALLOW),
        (REGISTERED, 499_999, ALLOW),
        (REGISTERED, 500_000, ALLOW),
        (REGISTERED, 500_001, OVER),
    ],
)
def test_a_face_is_capped(holding: Holding, face_minor: int, expected: Verdict) -> None:
    assert expected == decide(Issue(holding, face_minor), CN, TODAY)


@pytest.mark.parametrize("cause", CreditCause)
@pytest.mark.parametrize(
    ("holding", "before_minor", "amount_minor", "expected"),
    [
        (BEARER, 60_000, 39_999, ALLOW),
        (BEARER, 60_000, 40_000, ALLOW),
        (BEARER, 60_000, 40_001, OVER),
        (REGISTERED, 400_000, 99_999, ALLOW),
        (REGISTERED, 400_000, 100_000, ALLOW),
        (REGISTERED, 400_000, 100_001, OVER),
    ],
)
def test_a_balance_is_capped_after_every_kind_of_credit(
    cause: CreditCause, holding: Holding, before_minor: int, amount_minor: int, expected: Verdict
) -> None:
    facts = Credit(holding, cause, before_minor, amount_minor, real_name_known=True)
    if cause is CreditCause.REFUND and expected == OVER:
        expected = Deny(Decline.REFUND_ABOVE_CAP)
    assert expected == decide(facts, CN, TODAY)


@pytest.mark.parametrize(
    ("holding", "total_minor", "known", "expected"),
    [
        (REGISTERED, 1, False, NAME),
        (REGISTERED, 1, True, ALLOW),
        (BEARER, 999_999, False, ALLOW),
        (BEARER, 1_000_000, False, NAME),
        (BEARER, 1_000_001, False, NAME),
        (BEARER, 1_000_000, True, ALLOW),
    ],
)
def test_a_buyer_is_identified(
    holding: Holding,
    total_minor: int,
    known: bool,  # noqa: FBT001
    expected: Verdict,
) -> None:
    assert expected == decide(Sale(holding, total_minor, real_name_known=known), CN, TODAY)


@pytest.mark.parametrize(
    ("cause", "expected"), [(CreditCause.TOP_UP, NAME), (CreditCause.TRANSFER_IN, ALLOW), (CreditCause.REFUND, ALLOW)]
)
def test_new_money_on_a_registered_account_needs_a_name(cause: CreditCause, expected: Verdict) -> None:
    assert expected == decide(Credit(REGISTERED, cause, 0, 1, real_name_known=False), CN, TODAY)


@pytest.mark.parametrize(
    ("before_minor", "amount_minor", "expected"),
    [
        (0, 100_000, ALLOW),
        (60_000, 39_999, ALLOW),
        (60_000, 40_000, ALLOW),
        (60_000, 40_001, NAME),
        (100_000, 1, NAME),
        (400_000, 100_000, NAME),
        (400_000, 100_001, OVER),
    ],
)
def test_a_nameless_account_is_filled_as_far_as_a_bearer_card(
    before_minor: int, amount_minor: int, expected: Verdict
) -> None:
    facts = Credit(REGISTERED, CreditCause.TRANSFER_IN, before_minor, amount_minor, real_name_known=False)
    assert expected == decide(facts, CN, TODAY)


def test_no_refund_is_kept_back_for_want_of_a_name() -> None:
    assert ALLOW == decide(Credit(REGISTERED, CreditCause.REFUND, 100_000, 400_000, real_name_known=False), CN, TODAY)


def test_nobody_is_asked_for_a_name_for_what_is_forbidden_anyway() -> None:
    facts = Credit(REGISTERED, CreditCause.TOP_UP, 500_000, 1, real_name_known=False)
    assert OVER == decide(facts, CN, TODAY)


@pytest.mark.parametrize(("in_network", "expected"), [(True, ALLOW), (False, Deny(Decline.OUT_OF_NETWORK))])
def test_a_card_pays_only_in_its_own_network(in_network: bool, expected: Verdict) -> None:  # noqa: FBT001
    assert expected == decide(Payment(in_network=in_network), CN, TODAY)


@pytest.mark.parametrize(
    ("purchase_minor", "in_cash", "expected"),
    [
        (499_999, True, ALLOW),
        (500_000, True, Deny(Decline.BANK_TRANSFER_REQUIRED)),
        (500_001, True, Deny(Decline.BANK_TRANSFER_REQUIRED)),
        (500_000, False, ALLOW),
        (10**9, False, ALLOW),
    ],
)
def test_a_company_pays_larger_sums_by_bank_transfer(
    purchase_minor: int,
    in_cash: bool,  # noqa: FBT001
    expected: Verdict,
) -> None:
    assert expected == decide(CompanyPayment(purchase_minor, in_cash=in_cash), CN, TODAY)


@pytest.mark.parametrize(
    "facts",
    [
        CompanyPayment(500_000, in_cash=True),
        Issue(BEARER, 100_001),
        Issue(REGISTERED, 500_001),
        Payment(in_network=False),
        Sale(REGISTERED, 1, real_name_known=False),
        Sale(BEARER, 1_000_000, real_name_known=False),
    ],
)
def test_every_rule_applies_from_its_first_day(facts: Facts) -> None:
    assert ALLOW == decide(facts, CN, date(2012, 10, 31))
    assert ALLOW != decide(facts, CN, FIRST_DAY)


@pytest.mark.parametrize(
    ("product_years", "expected"),
    [(None, date(2029, 3, 5)), (1, date(2029, 3, 5)), (3, date(2029, 3, 5)), (5, date(2031, 3, 5))],
)
def test_a_bearer_card_is_valid_for_at_least_three_years(product_years: int | None, expected: date) -> None:
    assert expected == expiry_on(CN, BEARER, TODAY, product_years)


def test_three_years_from_a_leap_day_are_full_years() -> None:
    assert date(2031, 3, 1) == expiry_on(CN, BEARER, date(2028, 2, 29), None)


@pytest.mark.parametrize("product_years", [None, 1, 10])
def test_a_registered_card_never_expires(product_years: int | None) -> None:
    assert expiry_on(CN, REGISTERED, TODAY, product_years) is None


def test_a_minimum_validity_applies_from_its_first_day() -> None:
    assert expiry_on(CN, BEARER, date(2012, 10, 31), None) is None
    assert date(2015, 11, 1) == expiry_on(CN, BEARER, FIRST_DAY, None)


def test_every_rule_names_its_source() -> None:
    provisions = [*CN.rules, *CN.validities]
    assert all("Order 2012 No. 9" in provision.source for provision in provisions)
