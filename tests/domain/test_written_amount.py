"""Amounts as files of others write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from florin.domain.money import InvalidAmount, UnknownCurrency, format_minor
from florin.domain.written_amount import read_written


@pytest.mark.parametrize(
    ("text", "currency", "point", "expected"),
    [
        ("12.34", "CNY", ".", 1_234),
        ("12.3", "CNY", ".", 1_230),
        ("12.", "CNY", ".", 1_200),
        ("000000001000,00", "EUR", ",", 100_000),
        ("300,", "EUR", ",", 30_000),
        ("8.850", "EUR", ".", 885),
        ("0.06000", "CNY", ".", 6),
        ("-0.06000", "CNY", ".", -6),
        ("+5", "CNY", ".", 500),
        ("2700", "JPY", ".", 2_700),
        ("2700.00", "JPY", ".", 2_700),
        ("1.234", "KWD", ".", 1_234),
        ("92233720368547758.07", "CNY", ".", 2**63 - 1),
    ],
)
def test_digits_are_moved_and_nothing_else(text: str, currency: str, point: str, expected: int) -> None:
    assert expected == read_written(text, currency, point)


@pytest.mark.parametrize(
    "text",
    ["", ".", ".5", "1.005", "1,00", "1e3", "\uff11\uff12", " 1", "--1", "1_000", "92233720368547758.08", "0" * 31],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidAmount):
        read_written(text, "CNY")


def test_a_fraction_of_a_yen_is_refused_and_an_unknown_currency_too() -> None:
    with pytest.raises(InvalidAmount):
        read_written("1.50", "JPY")
    with pytest.raises(UnknownCurrency):
        read_written("1.50", "DEM")


@given(st.integers(-(2**63) + 1, 2**63 - 1), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_every_amount_comes_back_as_it_was_written(amount_minor: int, currency: str) -> None:
    assert amount_minor == read_written(format_minor(amount_minor, currency), currency)
