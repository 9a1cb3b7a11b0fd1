"""What a merchant's day costs: rates by bands of the month, flat fees, what comes back, and how it is rounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from florin.domain.invalid_field import InvalidField
from florin.domain.merchant_fee import DayFee, Trade, fee_by_rate, fee_of_day
from florin.domain.merchant_terms import FeeBand, FeesOnRefund, MerchantTerms

BANDS = (FeeBand(0, 100), FeeBand(1_000_00, 60), FeeBand(5_000_00, 30))


@pytest.mark.parametrize(
    ("turnover_minor", "fee_minor"),
    [
        (0, 0),
        (49, 0),  # 0.49 of a minor unit
        (50, 1),  # a half goes up
        (149, 1),
        (150, 2),
        (1_000_00, 10_00),
        (1_000_00 + 100, 10_01),  # 0.6 of the next band
        (5_000_00, 10_00 + 24_00),
        (6_000_00, 10_00 + 24_00 + 3_00),
        (-50, -1),  # what went back beyond the month's turnover, at the first rate, alike
        (-49, 0),
        (-6_000_00, -60_00),
    ],
)
def test_each_band_has_its_own_rate_and_the_sum_is_rounded_once(turnover_minor: int, fee_minor: int) -> None:
    assert fee_minor == fee_by_rate(BANDS, turnover_minor)


def test_what_was_rounded_on_one_day_is_made_good_on_the_next() -> None:
    terms = MerchantTerms(bands=(FeeBand(0, 50),))
    day = Trade(purchases=1, purchases_minor=1_50)  # 0.75 of a minor unit
    fees = [fee_of_day(terms, n * 1_50, day).charged_minor for n in range(4)]
    assert [1, 1, 0, 1] == fees
    assert 3 == fee_by_rate(terms.bands, 6_00)


TRADE = Trade(purchases=3, purchases_minor=300_00, undone=1, undone_minor=100_00, refunds=2, refunds_minor=50_00)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        # What was voided never was: its rate and its flat fee come back, whatever the rule.
        (FeesOnRefund.KEPT, DayFee(3_00 + 90, 1_00 + 30, 200_00)),
        # A refund brings its rate back, and leaves the flat fee.
        (FeesOnRefund.RETURNED, DayFee(3_00 + 90, 1_50 + 30, 150_00)),
    ],
)
def test_fees_come_back_by_the_rule(rule: FeesOnRefund, expected: DayFee) -> None:
    terms = MerchantTerms(flat_fee_minor=30, bands=(FeeBand(0, 100),), fees_on_refund=rule)
    assert expected == fee_of_day(terms, 0, TRADE)


def test_a_refund_comes_back_at_the_rate_of_the_band_that_the_month_is_in() -> None:
    terms = MerchantTerms(bands=BANDS, fees_on_refund=FeesOnRefund.RETURNED)
    assert DayFee(0, 60, -100_00) == fee_of_day(terms, 2_000_00, Trade(refunds=1, refunds_minor=100_00))


days = st.builds(
    Trade,
    purchases=st.integers(0, 5),
    purchases_minor=st.integers(0, 10**7),
    undone=st.integers(0, 5),
    undone_minor=st.integers(0, 10**7),
    refunds=st.integers(0, 5),
    refunds_minor=st.integers(0, 10**7),
)


@given(trades=st.lists(days, max_size=8), rule=st.sampled_from(FeesOnRefund))
def test_the_days_of_a_month_cost_together_what_the_month_costs(trades: list[Trade], rule: FeesOnRefund) -> None:
    terms = MerchantTerms(bands=BANDS, fees_on_refund=rule)
    month_minor = fees_minor = 0
    for trade in trades:
        fee = fee_of_day(terms, month_minor, trade)
        assert fee.charged_minor >= 0
        assert fee.returned_minor >= 0
        fees_minor += fee.charged_minor - fee.returned_minor
        month_minor += fee.turnover_minor
    assert fee_by_rate(BANDS, month_minor) == fees_minor


@pytest.mark.parametrize(
    "wrong",
    [
        {"bands": ()},
        {"bands": (FeeBand(1, 10),)},
        {"bands": (FeeBand(0, 10), FeeBand(0, 20))},
        {"bands": (FeeBand(0, 10), FeeBand(200, 20), FeeBand(100, 20))},
        {"bands": (FeeBand(0, 10_001),)},
        {"bands": (FeeBand(0, -1),)},
        {"flat_fee_minor": -1},
        {"reserve_basis_points": 500},
        {"reserve_days": 30},
        {"minimum_payout_minor": 0},
        {"pays_after": 61},
    ],
)
def test_terms_that_cannot_be_meant_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidField):
        MerchantTerms(**wrong)  # type: ignore[arg-type]  # that they are refused is what is tested
