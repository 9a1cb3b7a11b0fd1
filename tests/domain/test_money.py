from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from florin.domain.money import (
    MAX_AMOUNT_MINOR,
    MINOR_DIGITS,
    InvalidAmount,
    UnknownCurrency,
    format_minor,
    minor_digits,
    parse_decimal,
    require_amount,
    share,
)

BIGINT_MAX = 2**63 - 1
currencies = st.sampled_from(sorted(MINOR_DIGITS))
amounts = st.integers(0, MAX_AMOUNT_MINOR)


@pytest.mark.parametrize(("currency", "digits"), [("CNY", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("USD", 2)])
def test_each_currency_has_its_own_minor_unit(currency: str, digits: int) -> None:
    assert digits == minor_digits(currency)


@pytest.mark.parametrize("currency", ["XXX", "cny", "", "CNY "])
def test_an_unknown_currency_is_refused(currency: str) -> None:
    with pytest.raises(UnknownCurrency):
        minor_digits(currency)


def test_a_billion_of_the_largest_amounts_fit_a_bigint() -> None:
    assert 10**9 * MAX_AMOUNT_MINOR <= BIGINT_MAX


@pytest.mark.parametrize("value", [1, 1200, MAX_AMOUNT_MINOR])
def test_a_positive_integer_is_an_amount(value: int) -> None:
    assert value == require_amount(value)


@pytest.mark.parametrize(
    "value",
    [True, False, 0, -1, MAX_AMOUNT_MINOR + 1, 10**40, 12.0, float("nan"), "1200", b"12", Decimal(12), None, [12]],
)
def test_anything_else_is_no_amount(value: object) -> None:
    with pytest.raises(InvalidAmount):
        require_amount(value)


@pytest.mark.parametrize(
    ("text", "currency", "expected"),
    [
        ("12.34", "CNY", 1234),
        ("12.3", "CNY", 1230),
        ("12", "CNY", 1200),
        ("0.01", "CNY", 1),
        ("0", "CNY", 0),
        ("0.00", "CNY", 0),
        ("1234", "JPY", 1234),
        ("1.234", "KWD", 1234),
        ("90000000.00", "CNY", MAX_AMOUNT_MINOR),
    ],
)
def test_a_decimal_is_read_exactly(text: str, currency: str, expected: int) -> None:
    assert expected == parse_decimal(text, currency)


@pytest.mark.parametrize(
    "text",
    [
        *("", ".", "12.", ".34", "12.345", "12.340", "1e3", "+12", "-12", " 12", "12 ", "12\n", "1 200", "1,200"),
        *(
            "012",
            "00",
            "1_000",
            "0x10",
            "nan",
            "inf",
            "\uff11\uff12",
            "١٢",
            "12.3.4",
            "90000000.01",
            "9" * 19,
            "9" * 5000,
        ),
    ],
)
def test_a_decimal_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(InvalidAmount):
        parse_decimal(text, "CNY")


def test_a_currency_without_minor_unit_takes_no_decimals() -> None:
    with pytest.raises(InvalidAmount):
        parse_decimal("12.0", "JPY")


@pytest.mark.parametrize(
    ("amount_minor", "currency", "expected"),
    [
        (1234, "CNY", "12.34"),
        (5, "CNY", "0.05"),
        (0, "CNY", "0.00"),
        (-5, "CNY", "-0.05"),
        (1234, "JPY", "1234"),
        (-7, "JPY", "-7"),
        (5, "KWD", "0.005"),
    ],
)
def test_an_amount_is_written_with_all_its_decimals(amount_minor: int, currency: str, expected: str) -> None:
    assert expected == format_minor(amount_minor, currency)


@given(amounts, currencies)
def test_what_is_written_is_read_back(amount_minor: int, currency: str) -> None:
    assert amount_minor == parse_decimal(format_minor(amount_minor, currency), currency)


@pytest.mark.parametrize(
    ("total_minor", "numerator", "denominator", "expected"),
    [(100, 1, 3, 33), (100, 2, 3, 66), (99, 98, 100, 97), (100, 0, 7, 0), (100, 7, 7, 100), (0, 1, 2, 0)],
)
def test_a_share_is_rounded_down(total_minor: int, numerator: int, denominator: int, expected: int) -> None:
    assert expected == share(total_minor, numerator, denominator)


@given(amounts, st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_share_is_less_than_one_unit_below_the_exact_part(total: int, numerator: int, denominator: int) -> None:
    numerator = min(numerator, denominator)
    exact = Fraction(total * numerator, denominator)
    assert 0 <= exact - share(total, numerator, denominator) < 1


@pytest.mark.parametrize(
    ("total_minor", "numerator", "denominator"), [(-1, 1, 2), (1, -1, 2), (1, 3, 2), (1, 0, 0), (1, 1, -1)]
)
def test_a_share_of_a_negative_or_more_than_the_whole_is_refused(
    total_minor: int, numerator: int, denominator: int
) -> None:
    with pytest.raises(ValueError, match="share"):
        share(total_minor, numerator, denominator)
