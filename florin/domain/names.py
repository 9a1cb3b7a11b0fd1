"""Names of people, companies and banks in their one spelling."""

import unicodedata
from typing import Final

from florin.domain.invalid_field import InvalidField

LONGEST_NAME: Final = 100


def spelled_name(field_name: str, name: str) -> str:
    """A name in NFC with single spaces; `InvalidField` of that field when it is empty, too long or not printable."""
    spelled = " ".join(unicodedata.normalize("NFC", name).split())
    if not 1 <= len(spelled) <= LONGEST_NAME or not spelled.isprintable():
        raise InvalidField(field_name, f"1 to {LONGEST_NAME} printable characters")
    return spelled
