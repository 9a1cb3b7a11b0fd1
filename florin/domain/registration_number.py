"""The number under which a company or institution is registered, as its country's policy pack wants it."""

import unicodedata
from typing import Final

from florin.domain.invalid_field import InvalidField
from florin.domain.policy.catalogue import PackName

LONGEST_NUMBER: Final = 32

_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LENGTH: Final = 18
_BASE: Final = 3
_REGION: Final = slice(2, 8)


def read_registration_number(text: str, pack: PackName) -> str:
    """The number in its one spelling.

    Raises:
        InvalidField: under pack ``cn`` it is no unified social credit identifier; under any other it has not 1 to 32
            printable characters.
    """
    number = " ".join(unicodedata.normalize("NFKC", text).split())
    if pack is PackName.CN:
        number = number.replace(" ", "").upper()
        if not is_social_credit_identifier(number):
            raise InvalidField("registration_number", "not a unified social credit identifier (18 characters)")
    elif not 1 <= len(number) <= LONGEST_NUMBER or not number.isprintable():
        raise InvalidField("registration_number", f"1 to {LONGEST_NUMBER} printable characters")
    return number


def is_social_credit_identifier(number: str) -> bool:
    """Whether a text can be a unified social credit identifier (统一社会信用代码) of mainland China.

    GB 32100-2015: authority, kind of organisation, six digits of region, nine characters of organisation and a check
    character, from an alphabet of 31 without I, O, S, V and Z. Weighted with powers of 3, all add up to 0 modulo 31.
    """
    if len(number) != _LENGTH or not set(number) <= set(_ALPHABET) or not number[_REGION].isdecimal():
        return False
    weighted = 0
    for each in reversed(number[:-1]):
        weighted = weighted * _BASE + _ALPHABET.index(each)
    return (weighted + _ALPHABET.index(number[-1])) % len(_ALPHABET) == 0
