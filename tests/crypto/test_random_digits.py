import re

import pytest

from florin.crypto.random_digits import random_digits, random_payment_code


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
