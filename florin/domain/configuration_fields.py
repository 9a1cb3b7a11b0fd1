"""What a field of the configuration may be, checked before anything is opened.

Every check raises `InvalidField`, which names the field and says what is wrong with it.
"""

import re
from datetime import time
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from florin.domain.card_number import is_prefix
from florin.domain.invalid_field import InvalidField
from florin.domain.money import MAX_AMOUNT_MINOR
from florin.domain.names import LONGEST_NAME

LONGEST_VALIDITY_YEARS: Final = 100
MOST_DENOMINATIONS: Final = 50

_CODE: Final = re.compile(r"[a-z][a-z0-9-]{1,31}")
_TERMINAL_CODE: Final = re.compile(r"[A-Za-z0-9-]{1,32}")
_VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,31}")


def require_code(code: str) -> None:
    """A code of a programme, product or merchant: 2 to 32 of a-z, 0-9 and hyphen, beginning with a letter."""
    if not _CODE.fullmatch(code):
        raise InvalidField("code", "2 to 32 characters of a-z, 0-9 and hyphen, beginning with a letter")


def require_terminal_code(code: str) -> None:
    """A code of a till, as the merchant writes it: 1 to 32 letters, digits and hyphens."""
    if not _TERMINAL_CODE.fullmatch(code):
        raise InvalidField("code", "1 to 32 letters, digits and hyphens")


def require_version(version: str) -> None:
    """A version of an agreement, such as ``1`` or ``2026-03``."""
    if not _VERSION.fullmatch(version):
        raise InvalidField("version", "1 to 32 letters, digits, full stops and hyphens, beginning with no sign")


def require_name(name: str) -> None:
    """A name for people: 1 to 100 printable characters without spaces around them."""
    if not (1 <= len(name) <= LONGEST_NAME and name.isprintable() and name == name.strip()):
        raise InvalidField("name", f"1 to {LONGEST_NAME} printable characters without spaces around them")


def require_time_zone(time_zone: str) -> None:
    """A name of the time zone database (IANA), such as ``Asia/Shanghai``."""
    try:
        ZoneInfo(time_zone)
    except (LookupError, ValueError, OSError):
        # A directory of the database, such as "Asia", is an OSError.
        raise InvalidField("time_zone", "not a name of the time zone database") from None


def require_cut_off(cut_off: time) -> None:
    """A wall-clock time in whole minutes, without a zone of its own."""
    if cut_off.tzinfo is not None or cut_off.second or cut_off.microsecond:
        raise InvalidField("cut_off", "a time in whole minutes, in the programme's own time zone")


def require_issuer_prefix(prefix: str) -> None:
    """Six digits of which the first is 9."""
    if not is_prefix(prefix):
        raise InvalidField("issuer_prefix", "six digits, the first of them 9")


def require_denominations(denominations_minor: tuple[int, ...]) -> None:
    """1 to 50 face values in minor units, each once, in ascending order."""
    if not 1 <= len(denominations_minor) <= MOST_DENOMINATIONS:
        raise InvalidField("denominations_minor", f"1 to {MOST_DENOMINATIONS} denominations")
    for face_minor in denominations_minor:
        require_between("denominations_minor", face_minor, 1, MAX_AMOUNT_MINOR)
    if list(denominations_minor) != sorted(set(denominations_minor)):
        raise InvalidField("denominations_minor", "each once, in ascending order")


def require_validity(years: int | None) -> None:
    """Years of validity from activation, 1 to 100, or None to leave it to the policy pack."""
    if years is not None:
        require_between("validity_years", years, 1, LONGEST_VALIDITY_YEARS)


def require_between(field: str, value: int, least: int, most: int) -> None:
    """An integer within bounds, both of which it may be; not a boolean, which Python counts as one."""
    if type(value) is not int or not least <= value <= most:
        raise InvalidField(field, f"an integer from {least} to {most}")


def require_choice(field: str, value: str, choices: type[StrEnum]) -> None:
    """One of the names that there are."""
    if value not in list(choices):
        raise InvalidField(field, f"one of {', '.join(choices)}")
