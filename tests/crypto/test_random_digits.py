import re

import pytest

from florin.crypto.random_digits import many_random_digits, random_digits, random_payment_code


@pytest.mark.parametrize("count", [1, 2, 12, 16])
def test_as_many_digits_come_as_were_asked_for(count: int) -> None:
    drawn = [random_digits(count) for _ in range(500)]
    assert all(re.fullmatch(f"[0-9]{{{count}}}", digits) for digits in drawn)
    # 500 draws that miss one of ten first digits would be a once in 10^21 event.
    assert {digits[0] for digits in drawn} == set("0123456789")


def test_a_payment_code_has_18_digits_starts_with_29_and_does_not_repeat() -> None:
    codes = {random_payment_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert all(re.fullmatch("29[0-9]{16}", code) for code in codes)


def test_many_texts_drawn_at_once_are_as_long_as_asked_for_and_different() -> None:
    drawn = many_random_digits(12, 5000)
    assert len(drawn) == 5000
    assert all(re.fullmatch("[0-9]{12}", digits) for digits in drawn)
    # 5000 draws of 10^12 repeat one with a chance of about 10^-5, two with a chance below 10^-10.
    assert len(set(drawn)) >= 4999
    assert {digits[0] for digits in drawn} == set("0123456789")


def test_nothing_is_drawn_when_nothing_is_asked_for() -> None:
    assert many_random_digits(12, 0) == []
