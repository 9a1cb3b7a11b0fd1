"""What a member signs in with: a user name, a mail address or a mobile number, each in one canonical form.

The three alphabets cannot be confused (only mail has ``@``, only mobiles begin with ``+``, user names begin with a
letter), so one field takes any of them, and equal people always have equal text for the unique keys.
"""

import re
import unicodedata
from enum import StrEnum, auto
from typing import Final

from florin.domain.invalid_field import InvalidField

MAX_MAIL_LENGTH: Final = 254  # RFC 5321, section 4.5.3.1.3: a path of 256 less its angle brackets
MAX_MAIL_LOCAL_LENGTH: Final = 64  # RFC 5321, section 4.5.3.1.1
MIN_USER_NAME_LENGTH: Final = 3
MAX_USER_NAME_LENGTH: Final = 32

_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_MOBILE_SEPARATORS: Final = str.maketrans("", "", " -().")
_ATOM: Final = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_MAIL: Final = re.compile(rf"(?P<local>{_ATOM}(?:\.{_ATOM})*)@(?:{_LABEL}\.)+{_LABEL}")


class SignInNameKind(StrEnum):
    """Which of a member's names somebody signs in with."""

    USER_NAME = auto()
    MAIL = auto()
    MOBILE = auto()


class InvalidSignInName(InvalidField):
    """Text that cannot be a user name, mail address or mobile number; raised at the door."""


def normalise_user_name(text: str) -> str:
    """The canonical user name: NFKC and case-folded, so that ``Anna`` and ``ANNA`` in any width are one person.

    3 to 32 letters and digits of any script, dots, hyphens and underscores, beginning with a letter; anything else
    raises ``InvalidSignInName``.
    """
    name = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    long_enough = MIN_USER_NAME_LENGTH <= len(name) <= MAX_USER_NAME_LENGTH
    if not long_enough or not name[0].isalpha() or not all(sign.isalnum() or sign in "._-" for sign in name):
        raise InvalidSignInName(
            "user_name",
            f"a user name has {MIN_USER_NAME_LENGTH} to {MAX_USER_NAME_LENGTH} letters, digits, dots, hyphens or "
            "underscores and begins with a letter",
        )
    return name


def normalise_mail(text: str) -> str:
    """The canonical mail address: lower case, without surrounding spaces.

    The dotted form of RFC 5321 with a domain of at least two labels; quoted local parts, address literals and
    non-ASCII addresses raise ``InvalidSignInName``. That it can be reached is proved by a mail, not by a pattern.
    The local part is folded too: no mail provider that people use tells its case apart.
    """
    address = text.strip(" ").lower()
    match = _MAIL.fullmatch(address) if len(address) <= MAX_MAIL_LENGTH else None
    if match is None or len(match["local"]) > MAX_MAIL_LOCAL_LENGTH:
        raise InvalidSignInName("mail", "a mail address looks like name@example.org")
    return address


def normalise_mobile(text: str) -> str:
    """The canonical mobile number (ITU-T E.164): ``+``, country code and number, at most 15 digits.

    Spaces, hyphens, dots and brackets are dropped. Numbers without a country code raise ``InvalidSignInName``: which
    country is meant would be a guess.
    """
    number = text.translate(_MOBILE_SEPARATORS)
    if not _E164.fullmatch(number):
        raise InvalidSignInName("mobile", "a mobile number begins with + and its country code")
    return number


def read_sign_in_name(text: str) -> tuple[SignInNameKind, str]:
    """What was typed into the one field for all three kinds, in its canonical form; raises `InvalidSignInName`."""
    if "@" in text:
        return SignInNameKind.MAIL, normalise_mail(text)
    if text.lstrip(" (").startswith("+"):
        return SignInNameKind.MOBILE, normalise_mobile(text)
    return SignInNameKind.USER_NAME, normalise_user_name(text.strip(" "))
