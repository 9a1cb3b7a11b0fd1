"""Whom to call at a corporate customer."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from florin.domain.invalid_field import InvalidField
from florin.domain.names import spelled_name
from florin.domain.sign_in_names import normalise_mail

MOST_CONTACTS: Final = 10

_TELEPHONE: Final = re.compile(r"\+?[0-9][0-9 -]{3,30}[0-9]")


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody at a customer, reached by telephone, mail or both. Personal data: it is kept sealed."""

    name: str = field(repr=False)
    telephone: str | None = field(default=None, repr=False)
    mail: str | None = field(default=None, repr=False)

    @classmethod
    def read(cls, name: str, telephone: str | None, mail: str | None) -> Self:
        """The contact in its one spelling; `InvalidField` for a malformed one, or one that cannot be reached."""
        if telephone is None and mail is None:
            raise InvalidField("telephone", "a telephone number or a mail address is needed")
        return cls(
            spelled_name("name", name),
            None if telephone is None else _telephone(telephone),
            None if mail is None else normalise_mail(mail),
        )


def require_contacts(contacts: Sequence[Contact]) -> None:
    """Refuse none at all and too many: `InvalidField`."""
    if not 1 <= len(contacts) <= MOST_CONTACTS:
        raise InvalidField("contacts", f"1 to {MOST_CONTACTS} people")


def _telephone(text: str) -> str:
    number = unicodedata.normalize("NFKC", text).strip()
    if not _TELEPHONE.fullmatch(number):
        raise InvalidField("telephone", "5 to 33 digits, spaces and hyphens, perhaps after a plus sign")
    return number
