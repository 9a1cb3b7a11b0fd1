"""Random decimal digits, for card numbers and payment codes."""

import secrets

PAYMENT_CODE_PREFIX = "29"
_PAYMENT_CODE_RANDOM_DIGITS = 16


def random_digits(count: int) -> str:
    """Return ``count`` digits (at least 1) from the system's generator, each equally likely."""
    return f"{secrets.randbelow(10**count):0{count}}"


def random_payment_code() -> str:
    """Return a fresh payment code: 18 digits that start with 29.

    Eighteen digits fit the barcode that a till reads from a telephone. Sixteen of them are random, 53 bits, which is
    plenty for a code that lives for minutes and works once; it is not enough for anything that lives longer.
    """
    return PAYMENT_CODE_PREFIX + random_digits(_PAYMENT_CODE_RANDOM_DIGITS)
