"""Card numbers: 19 digits of an issuer prefix, twelve random digits and a check digit.

The prefix has six digits and begins with 9, the major industry identifier that ISO/IEC 7812-1 leaves to national use,
so no number of ours can be that of a bank card. Nineteen digits are the longest number that the standard allows.
"""

import re
from typing import Final

NUMBER_DIGITS: Final = 19
PREFIX_DIGITS: Final = 6
RANDOM_DIGITS: Final = 12
LAST_DIGITS: Final = 4

_PREFIX: Final = re.compile(r"9[0-9]{5}")
_RANDOM: Final = re.compile(r"[0-9]{12}")
_NUMBER: Final = re.compile(r"9[0-9]{18}")
_LAST: Final = re.compile(r"[0-9]{4}")
_DIGITS: Final = re.compile(r"[0-9]+")
_SEPARATORS: Final = str.maketrans("", "", " -")
# What the Luhn formula adds for a digit, by its ASCII code: the digit, and for every second one its double's digit sum.
_FIGURE: Final = bytes.maketrans(b"0123456789", bytes((0, 1, 2, 3, 4, 5, 6, 7, 8, 9)))
_DOUBLED: Final = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))


def luhn_digit(body: str) -> str:
    """The check digit that belongs after ``body`` (ISO/IEC 7812-1, Luhn formula).

    It catches every single wrong digit and every swap of neighbours except 09 with 90. ``ValueError`` unless ``body``
    is one or more of the digits 0 to 9.
    """
    if not _DIGITS.fullmatch(body):
        raise ValueError("a check digit is computed over digits")
    backwards = body[::-1].encode()
    total = sum(backwards[0::2].translate(_DOUBLED)) + sum(backwards[1::2].translate(_FIGURE))
    return str(-total % 10)


def is_prefix(text: str) -> bool:
    """Whether ``text`` can be an issuer prefix: six digits, the first of them 9."""
    return _PREFIX.fullmatch(text) is not None


def compose(prefix: str, random_digits: str) -> str:
    """The card number of an issuer prefix and twelve random digits; ``ValueError`` if either is not in form."""
    if not is_prefix(prefix) or not _RANDOM.fullmatch(random_digits):
        raise ValueError("a card number is made of a prefix (9 and five digits) and twelve digits")
    body = prefix + random_digits
    return body + luhn_digit(body)


def normalise(text: str) -> str:
    """A number as people type it, without the spaces and hyphens that they group it with; nothing else is touched."""
    return text.translate(_SEPARATORS)


def is_valid(number: str) -> bool:
    """Whether a normalised number has the right length, beginning and check digit; says nothing about a card."""
    return _NUMBER.fullmatch(number) is not None and luhn_digit(number[:-1]) == number[-1]


def last_four(number: str) -> str:
    """The last four digits, the only part of a number that is kept in clear."""
    return number[-LAST_DIGITS:]


def mask(last4: str) -> str:
    """How a card is shown, on screens, receipts and in logs: ``**** **** **** *** 1234``.

    Takes the last four digits rather than the number, so that code which only displays a card never needs to hold
    the whole number. ``ValueError`` if given anything else.
    """
    if not _LAST.fullmatch(last4):
        raise ValueError("a mask shows exactly four digits")
    return f"**** **** **** *** {last4}"
