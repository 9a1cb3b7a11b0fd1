import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from florin.domain.card_number import (
    NUMBER_DIGITS,
    PREFIX_DIGITS,
    RANDOM_DIGITS,
    compose,
    is_prefix,
    is_valid,
    last_four,
    luhn_digit,
    mask,
    normalise,
)

prefixes = st.from_regex(r"9[0-9]{5}", fullmatch=True)
randoms = st.from_regex(r"[0-9]{12}", fullmatch=True)
numbers = st.builds(compose, prefixes, randoms)


@pytest.mark.parametrize(
    ("body", "digit"),
    [
        ("7992739871", "3"),  # the field's usual example
        ("411111111111111", "1"),  # card networks' published test numbers
        ("555555555555444", "4"),
        ("37828224631000", "5"),
        # Each digit where it is doubled: the check digit completes the digit sum of its double to ten.
        *zip("0123456789", "0864297531", strict=True),
    ],
)
def test_the_check_digit_agrees_with_published_numbers(body: str, digit: str) -> None:
    assert digit == luhn_digit(body)


@pytest.mark.parametrize("body", ["", "12a", "١٢", " 1", "²"])
def test_a_check_digit_needs_digits(body: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        luhn_digit(body)


@given(prefixes, randoms)
def test_a_composed_number_is_valid_and_begins_with_its_prefix(prefix: str, random_digits: str) -> None:
    number = compose(prefix, random_digits)

    assert NUMBER_DIGITS == len(number) == PREFIX_DIGITS + RANDOM_DIGITS + 1
    assert number.startswith(prefix + random_digits)
    assert is_valid(number)


@pytest.mark.parametrize(
    ("prefix", "random_digits"),
    [
        ("812345", "0" * 12),
        ("91234", "0" * 12),
        ("9123456", "0" * 12),
        ("912345", "0" * 11),
        ("912345", "0" * 11 + "x"),
    ],
)
def test_a_number_is_not_composed_of_parts_out_of_form(prefix: str, random_digits: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        compose(prefix, random_digits)


@pytest.mark.parametrize(
    ("text", "expected"), [("912345", True), ("812345", False), ("91234", False), ("9\uff112345", False)]
)
def test_a_prefix_has_six_digits_and_begins_with_nine(text: str, expected: bool) -> None:  # noqa: FBT001
    assert expected is is_prefix(text)


@given(numbers, st.integers(0, NUMBER_DIGITS - 1), st.integers(1, 9))
def test_every_single_wrong_digit_is_caught(number: str, position: int, shift: int) -> None:
    wrong = str((int(number[position]) + shift) % 10)
    assert not is_valid(number[:position] + wrong + number[position + 1 :])


@given(numbers, st.integers(0, NUMBER_DIGITS - 2))
def test_every_swap_of_neighbours_but_zero_and_nine_is_caught(number: str, position: int) -> None:
    pair = number[position : position + 2]
    swapped = number[:position] + pair[::-1] + number[position + 2 :]
    undetectable = pair[0] == pair[1] or set(pair) == {"0", "9"}
    # A swap at the front also moves the leading 9 away, which is caught in any case.
    assert is_valid(swapped) is (undetectable and swapped[0] == "9")


@pytest.mark.parametrize("number", ["", "9" * 18, "9" * 20, "4111111111111111", "९" * 19])
def test_a_number_of_another_form_is_not_valid(number: str) -> None:
    assert not is_valid(number)


def test_typed_spaces_and_hyphens_are_dropped_and_nothing_else() -> None:
    assert "9123456789012345678" == normalise(" 9123 4567-8901 2345 678 ")
    assert "9123.x" == normalise("91 23.x")


def test_a_mask_shows_the_last_four_digits_only() -> None:
    number = compose("912345", "678901234567")

    shown = mask(last_four(number))

    assert f"**** **** **** *** {number[-4:]}" == shown
    assert number[-4:] == re.sub(r"[^0-9]", "", shown)
    assert NUMBER_DIGITS == len(normalise(shown))


@pytest.mark.parametrize("text", ["9123456789012345678", "123", "12a4", ""])
def test_a_mask_is_not_made_of_anything_but_four_digits(text: str) -> None:
    with pytest.raises(ValueError, match="four digits"):
        mask(text)
