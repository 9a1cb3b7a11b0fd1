"""The text form of an e-code: 100 bits as 20 characters of Crockford's base 32.

The alphabet leaves out I, L, O and U, and reading takes the look-alikes for what they look
like (Douglas Crockford, "Base 32"): a code that was printed or read out comes back right.
"""

import re

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_BITS_PER_CHARACTER = 5
_CHARACTERS = 20
_GROUP = 4
ECODE_BITS = _BITS_PER_CHARACTER * _CHARACTERS
# Two characters at a time, because cards are made by the million.
_PAIR_BITS = 2 * _BITS_PER_CHARACTER
_PAIR_MASK = (1 << _PAIR_BITS) - 1
_PAIR_SHIFTS = range(ECODE_BITS - _PAIR_BITS, -1, -_PAIR_BITS)

_FORM = re.compile(f"[{_ALPHABET}]{{{_CHARACTERS}}}")

# A table of its own rather than ``str.upper``, which turns some foreign letters into ours.
_READ_AS = str.maketrans(
    {letter.lower(): letter for letter in _ALPHABET}
    | dict.fromkeys("oO", "0")
    | dict.fromkeys("iIlL", "1")
    | dict.fromkeys("- ", "")
)


def spell_ecode(number: int) -> str:
    """Return the 20 characters of a number below 2^100."""
    return "".join([_PAIRS[number >> shift & _PAIR_MASK] for shift in _PAIR_SHIFTS])


def normalise_ecode(presented: str) -> str | None:
    """Return the one spelling of a code as somebody typed it, or None when it cannot be one.

    Case, hyphens and spaces do not matter; O is read as 0, I and L as 1.
    """
    code = presented.translate(_READ_AS)
    return code if _FORM.fullmatch(code) else None


def group_ecode(code: str) -> str:
    """Return a code for people to read: five groups of four with hyphens between."""
    return "-".join(code[at : at + _GROUP] for at in range(0, _CHARACTERS, _GROUP))
