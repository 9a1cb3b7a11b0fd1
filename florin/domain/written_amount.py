"""Amounts as files of others write them: read digit by digit, so that no fraction is ever made of one."""

import re
from functools import lru_cache
from typing import Final

from florin.domain.money import InvalidAmount, minor_digits

LARGEST_MINOR: Final = 2**63 - 1
"""What a column of amounts can hold. Balances of others may be far above the largest payment of ours."""

_MOST_DIGITS: Final = 30


# In a bill of a million rows most cells are one of a few amounts, zero above all.
@lru_cache(maxsize=8192)
def read_written(text: str, currency: str, point: str = ".") -> int:
    """The minor units of an amount such as ``12.3``, ``+0012,`` or ``-8.850``, with ``point`` before its decimals.

    More decimals than the currency has are taken where they are zeros: banks pad. `InvalidAmount` for any other
    decimals, for separators of thousands, other scripts' digits, and what does not fit into 64 bits;
    ``UnknownCurrency`` for a code that is not accepted.
    """
    digits = minor_digits(currency)
    match = _form(point).fullmatch(text)
    if match is None or len(text) > _MOST_DIGITS:
        raise InvalidAmount("an amount is written with plain digits")
    sign, units, decimals = match.groups(default="")
    if decimals[digits:].strip("0"):
        raise InvalidAmount(f"{currency} has {digits} decimals")
    amount_minor = int(units + decimals[:digits].ljust(digits, "0"))
    if amount_minor > LARGEST_MINOR:
        raise InvalidAmount("an amount that is larger than 64 bits")
    return -amount_minor if sign == "-" else amount_minor


@lru_cache(maxsize=8)
def _form(point: str) -> re.Pattern[str]:
    return re.compile(rf"([+-])?([0-9]+)(?:{re.escape(point)}([0-9]*))?")
