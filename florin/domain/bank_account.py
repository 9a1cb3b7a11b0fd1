"""Bank accounts outside Florin: whose, at which bank, and under which number."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final, Self

from florin.domain.invalid_field import InvalidField
from florin.domain.names import spelled_name

_NUMBER: Final = re.compile(r"[0-9A-Z]{4,34}")


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account in its one spelling. It is kept sealed, and no representation of it shows a value."""

    holder: str = field(repr=False)
    bank: str = field(repr=False)
    number: str = field(repr=False)

    @classmethod
    def read(cls, holder: str, bank: str, number: str) -> Self:
        """The account in its one spelling; `InvalidField` for a name or number that no account has."""
        return cls(spelled_name("holder", holder), spelled_name("bank", bank), read_account_number("number", number))

    @property
    def last4(self) -> str:
        """What may be shown of the number."""
        return self.number[-4:]

    def is_held_by(self, name: str) -> bool:
        """Whether the holder is called so, however wide or spaced the characters are written."""
        return same_name(self.holder, name)


def read_account_number(field_name: str, number: str) -> str:
    """An account's number in its one spelling; `InvalidField` unless it has 4 to 34 letters and digits.

    34 is the length of the longest IBAN (ISO 13616).
    """
    plain = unicodedata.normalize("NFKC", number).replace(" ", "").replace("-", "").upper()
    if not _NUMBER.fullmatch(plain):
        raise InvalidField(field_name, "4 to 34 letters and digits")
    return plain


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same, however wide or spaced the characters are written."""
    return _compared(one) == _compared(other)


def _compared(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
