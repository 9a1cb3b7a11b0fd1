"""One line of a clearing file: its columns, and what may stand in them. ``docs/clearing-file.md`` is the contract."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto
from typing import Final

from florin.clearing.payer import CardAndPin, CardEcode
from florin.crypto.ecode import normalise_ecode
from florin.domain.card_number import NUMBER_DIGITS, normalise
from florin.domain.money import InvalidAmount, UnknownCurrency, parse_decimal, require_amount
from florin.domain.reference import REFERENCE_FORM, REFERENCE_PATTERN

COLUMNS: Final = (
    "reference",
    "type",
    "number",
    "pin",
    "e_code",
    "original_reference",
    "amount",
    "currency",
    "event_at",
)

_REFERENCE: Final = re.compile(REFERENCE_PATTERN)
_NUMBER: Final = re.compile(rf"[0-9]{{{NUMBER_DIGITS}}}")
_PIN: Final = re.compile(r"[0-9]{8}")
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)


class MalformedLine(ValueError):
    """A line is not one of a clearing file. The text names the column and never repeats a secret."""


class LineKind(StrEnum):
    """What a line asks for."""

    PURCHASE = auto()
    REFUND = auto()


@dataclass(frozen=True, slots=True)
class ClearingLine:
    """A purchase by a card, or a refund of the purchase of ``original_reference``. ``event_at`` is the till's time."""

    reference: str
    kind: LineKind
    card: CardAndPin | CardEcode | None = field(repr=False)
    original_reference: str | None
    amount_minor: int
    currency: str
    event_at: datetime | None


def read_line(values: Sequence[str]) -> ClearingLine:
    """The line that the values of its columns make; `MalformedLine` names the first column that is wrong."""
    if len(values) != len(COLUMNS):
        raise MalformedLine(f"{len(values)} columns instead of {len(COLUMNS)}")
    reference, kind, number, pin, e_code, original, amount, currency, event_at = values
    if not _REFERENCE.fullmatch(reference):
        raise MalformedLine(f"reference: {REFERENCE_FORM}")
    what = _kind(kind)
    if what is LineKind.PURCHASE:
        card, refunded = _card(number, pin, e_code), None
        _require_empty(original, "original_reference: a purchase has none")
    else:
        card, refunded = None, _original(original)
        _require_empty(number + pin + e_code, "number, pin, e_code: a refund goes back to where the money came from")
    return ClearingLine(reference, what, card, refunded, _amount(amount, currency), currency, _instant(event_at))


def _kind(text: str) -> LineKind:
    try:
        return LineKind(text)
    except ValueError:
        raise MalformedLine(f"type: one of {', '.join(LineKind)}") from None


def _card(number: str, pin: str, e_code: str) -> CardAndPin | CardEcode:
    if e_code and not number and not pin:
        if normalise_ecode(e_code) is None:
            raise MalformedLine("e_code: 20 characters, as printed on the card")
        return CardEcode(e_code)
    if e_code or not number or not pin:
        raise MalformedLine("number, pin, e_code: a purchase has a number and a PIN, or an e-code")
    if not _NUMBER.fullmatch(normalise(number)):
        raise MalformedLine(f"number: {NUMBER_DIGITS} digits")
    if not _PIN.fullmatch(pin):
        raise MalformedLine("pin: 8 digits, leading zeros included")
    return CardAndPin(number, pin)


def _original(text: str) -> str:
    if not _REFERENCE.fullmatch(text):
        raise MalformedLine("original_reference: the reference of the purchase that is refunded")
    return text


def _require_empty(text: str, reason: str) -> None:
    if text:
        raise MalformedLine(reason)


def _amount(text: str, currency: str) -> int:
    try:
        return require_amount(parse_decimal(text, currency))
    except UnknownCurrency:
        raise MalformedLine("currency: not one that is accepted here") from None
    except InvalidAmount as error:
        raise MalformedLine(f"amount: {error}") from None


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    try:
        if _INSTANT.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass  # A month 13 has the form of a time and is none.
    raise MalformedLine("event_at: a time with its offset, such as 2026-11-21T18:22:05+08:00")
