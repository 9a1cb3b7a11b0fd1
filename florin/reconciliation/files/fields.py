"""Fields of files: what a text says, or the problem that it makes."""

import contextlib
from datetime import date, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from florin.domain.money import MINOR_DIGITS, InvalidAmount
from florin.domain.statement_file import FileProblem, ProblemCode
from florin.domain.written_amount import read_written

_SHOWN: Final = 40
_MOST_DIGITS: Final = 12
_CLOCK_LENGTH: Final = len("2026-11-22 13:08:00")


def amount_in(text: str, currency: str, line_number: int, name: str, point: str = ".") -> int:
    """The minor units of an amount, below zero behind a minus; `FileProblem` for what is none."""
    if currency not in MINOR_DIGITS:
        raise FileProblem(ProblemCode.CURRENCY_REFUSED, line_number, f"{shown(currency)} is not accepted here")
    try:
        return read_written(text, currency, point)
    except InvalidAmount as error:
        raise unreadable(line_number, name, text, str(error)) from None


def count_in(text: str, line_number: int, name: str) -> int:
    """A number of things; `FileProblem` for what is none."""
    if not (text.isascii() and text.isdecimal()) or len(text) > _MOST_DIGITS:
        raise unreadable(line_number, name, text, "not a count")
    return int(text)


def day_in(text: str, form: str, line_number: int, name: str) -> date:
    """The day that a text of that form (as ``strptime`` has it) names; `FileProblem` for what is none."""
    day = _day(text, form)
    if day is None:
        raise unreadable(line_number, name, text, "no such day")
    return day


def wall_clock_in(text: str, zone: ZoneInfo, line_number: int, name: str) -> datetime:
    """The instant that ``2026-11-22 13:08:00`` names in that zone; `FileProblem` for what is none."""
    if len(text) == _CLOCK_LENGTH and text[10] == " ":
        with contextlib.suppress(ValueError):
            return datetime.fromisoformat(text).replace(tzinfo=zone)
    raise unreadable(line_number, name, text, "no such time")


def moment_in(text: str, form: str, zone: ZoneInfo, line_number: int, name: str) -> datetime:
    """The instant that a wall-clock time of that zone names; `FileProblem` for what is none."""
    try:
        return datetime.strptime(text, form).replace(tzinfo=zone)
    except ValueError:
        raise unreadable(line_number, name, text, "no such time") from None


def unreadable(line_number: int, name: str, text: str, why: str) -> FileProblem:
    """The problem of a field that is there and says nothing that can be understood."""
    return FileProblem(ProblemCode.FIELD_UNREADABLE, line_number, f"{name} is {shown(text)!r}: {why}")


def missing(line_number: int | None, name: str) -> FileProblem:
    """The problem of a field that is not there."""
    return FileProblem(ProblemCode.FIELD_MISSING, line_number, f"{name} is missing")


def shown(text: str) -> str:
    """As much of a text as a reason needs."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


@lru_cache(maxsize=1024)
def _day(text: str, form: str) -> date | None:
    # Days repeat from line to line, and strptime is slow.
    try:
        return datetime.strptime(text, form).date()  # noqa: DTZ007 (a day has no zone)
    except ValueError:
        return None
