"""Money: integer minor units, the currencies that Florin accepts, and the exact way in from text and out to it."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

MINOR_DIGITS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "AUD": 2,
        "CAD": 2,
        "CHF": 2,
        "CNY": 2,
        "DKK": 2,
        "EUR": 2,
        "GBP": 2,
        "HKD": 2,
        "JPY": 0,
        "KRW": 0,
        "KWD": 3,
        "MOP": 2,
        "NOK": 2,
        "NZD": 2,
        "SEK": 2,
        "SGD": 2,
        "THB": 2,
        "TWD": 2,
        "USD": 2,
    }
)
"""Currency code to the number of decimals of its minor unit (ISO 4217 list one, up to amendment 180 of 2025-09-22)."""

MAX_AMOUNT_MINOR: Final = 9_000_000_000
"""The largest single amount: 90 million yuan, in minor units.

A ``bigint`` ends at 9.22e18, so even 10^9 rows of this size add up within it and no running balance or statement can
overflow. It also stays far below 2^53, so a client whose JSON numbers are doubles reads every amount exactly.
"""

_DECIMAL: Final = re.compile(r"(?P<units>0|[1-9][0-9]{0,18})(?:\.(?P<fraction>[0-9]{1,3}))?")


class InvalidAmount(ValueError):
    """A value that is not an amount of money; raised at the door, before anything is opened."""


class UnknownCurrency(ValueError):
    """A currency code that Florin does not accept."""


def minor_digits(currency: str) -> int:
    """How many decimals the minor unit of ``currency`` has; ``UnknownCurrency`` for a code that is not accepted."""
    try:
        return MINOR_DIGITS[currency]
    except KeyError:
        raise UnknownCurrency(f"{currency!r} is not a currency that is accepted here") from None


def require_amount(value: object) -> int:
    """``value`` as an amount to move: an integer from 1 to ``MAX_AMOUNT_MINOR`` minor units.

    Booleans (which Python counts as integers), floats, decimals and text raise ``InvalidAmount``: a client that sends
    12.0 or "1200" has not understood the unit, and guessing what it meant is how money gets lost.
    """
    if type(value) is not int:
        raise InvalidAmount("an amount is an integer number of minor units")
    if not 1 <= value <= MAX_AMOUNT_MINOR:
        raise InvalidAmount(f"an amount is from 1 to {MAX_AMOUNT_MINOR} minor units")
    return value


def parse_decimal(text: str, currency: str) -> int:
    """The minor units of an amount written in units, as clearing and statement files have it: ``12.34`` is 1234.

    Exact: digits are moved, nothing is multiplied as a float. Fewer decimals than the currency has are read as if
    filled up (``12.5`` is 1250); more, even if zero, raise ``InvalidAmount``, as do signs, spaces, exponents, leading
    zeros, thousands separators, other scripts' digits, and anything above ``MAX_AMOUNT_MINOR``. Zero is allowed,
    because a statement may say it. ``UnknownCurrency`` for a code that is not accepted.
    """
    digits = minor_digits(currency)
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise InvalidAmount("an amount is written with plain digits, as in 12.34")
    fraction = match["fraction"] or ""
    if len(fraction) > digits:
        raise InvalidAmount(f"{currency} has {digits} decimals")
    amount_minor = int(match["units"] + fraction.ljust(digits, "0"))
    if amount_minor > MAX_AMOUNT_MINOR:
        raise InvalidAmount(f"an amount is at most {format_minor(MAX_AMOUNT_MINOR, currency)}")
    return amount_minor


def format_minor(amount_minor: int, currency: str) -> str:
    """``amount_minor`` written in units with all the decimals of its currency: 1234 of CNY is ``12.34``.

    Negative amounts, which only differences and net positions have, carry a leading minus.
    """
    return in_digits(amount_minor, minor_digits(currency))


def in_digits(amount_minor: int, digits: int) -> str:
    """An amount written with that many decimals: what `format_minor` does for units that are no currency, too."""
    sign = "-" if amount_minor < 0 else ""
    figures = str(abs(amount_minor)).rjust(digits + 1, "0")
    return f"{sign}{figures[:-digits]}.{figures[-digits:]}" if digits else sign + figures


def same_figure(one: str, other: str) -> bool:
    """Whether two amounts are written alike but for what can be left out: 30 is 30.00."""
    first, second = (each.rstrip("0").rstrip(".") if "." in each else each for each in (one, other))
    return first == second


def share(total_minor: int, numerator: int, denominator: int) -> int:
    """``numerator`` parts in ``denominator`` of ``total_minor``, rounded down to a whole minor unit.

    Whoever splits an amount in two computes one side with this and the other by subtraction, so that nothing is lost
    and the subtracted side gets the odd minor unit. ``ValueError`` for a negative total or a share outside 0 to 1.
    """
    if total_minor < 0 or not 0 <= numerator <= denominator or denominator == 0:
        raise ValueError("a share is between nothing and all of a non-negative amount")
    return total_minor * numerator // denominator
