"""The identity of a person as a real-name step records it: name, kind and number of the document."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum, auto
from typing import Final, Self

from florin.domain.invalid_field import InvalidField
from florin.domain.names import spelled_name

_DOCUMENT_NUMBER: Final = re.compile(r"[A-Z0-9]{5,32}")
_RESIDENT_ID: Final = re.compile(r"[1-9][0-9]{16}[0-9X]")


class DocumentKind(StrEnum):
    """What the person has shown."""

    RESIDENT_ID = auto()  # 居民身份证, mainland China
    PASSPORT = auto()
    HOME_RETURN_PERMIT = auto()  # 港澳居民来往内地通行证, residents of Hong Kong and Macau
    TAIWAN_PERMIT = auto()  # 台湾居民来往大陆通行证
    PERMANENT_RESIDENCE = auto()  # 外国人永久居留身份证


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is. Personal data: it is kept sealed, and no representation of it shows a value."""

    name: str = field(repr=False)
    document_kind: DocumentKind = field(repr=False)
    document_number: str = field(repr=False)

    @classmethod
    def read(cls, name: str, document_kind: DocumentKind, document_number: str) -> Self:
        """The identity in its one spelling.

        Raises:
            InvalidField: the name is empty or too long, or the number cannot be one of such a document.
        """
        spelled = spelled_name("name", name)
        number = unicodedata.normalize("NFKC", document_number).replace(" ", "").upper()
        if document_kind is DocumentKind.RESIDENT_ID and not is_resident_id(number):
            raise InvalidField("document_number", "not the number of a resident identity card")
        if not _DOCUMENT_NUMBER.fullmatch(number):
            raise InvalidField("document_number", "5 to 32 letters and digits")
        return cls(spelled, document_kind, number)


def birthday_of(identity: Identity) -> int | None:
    """Month and day of birth, as 101 to 1231, where the document's number tells it: a resident's does."""
    if identity.document_kind is not DocumentKind.RESIDENT_ID:
        return None
    return int(identity.document_number[10:14])


def is_resident_id(number: str) -> bool:
    """Whether a text can be a citizen identification number: 18 characters with a date of birth and a check character.

    GB 11643-1999: six digits of region, eight of birth date, three of order, and one by ISO 7064 MOD 11-2, where ``X``
    stands for ten.
    """
    if not _RESIDENT_ID.fullmatch(number):
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    remainder = 0
    for digit in number[:-1]:
        remainder = (remainder + int(digit)) * 2 % 11
    return "0123456789X"[(12 - remainder) % 11] == number[-1]
