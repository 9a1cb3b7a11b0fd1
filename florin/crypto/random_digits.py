"""Random decimal digits, for card numbers and payment codes."""

import os
import secrets
import struct

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


def many_random_digits(digits: int, count: int) -> list[str]:
    """Return ``count`` texts of up to 12 digits each, drawn at once.

    64 bits modulo 10^12: the likeliest text is more likely than the unlikeliest by less than one part in 10^7.
    """
    below = 10**digits
    words = struct.unpack(f">{count}Q", os.urandom(8 * count))
    return [f"{word % below:0{digits}}" for word in words]
