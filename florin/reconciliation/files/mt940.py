"""MT940, SWIFT's customer statement message, as banks really write it.

A message is a row of fields ``:61:...``, some over several lines, from ``:20:`` to the closing balance ``:62F:`` or,
where the statement goes on in the next message, ``:62M:``. Whatever stands between messages (envelopes, dashes, names
of banks) is passed over. Source: SWIFT, Standards MT, category 9, MT 940; dialects of ``:86:`` as in mt940_info.py.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import IO, Final, NamedTuple

from florin.domain.mentions import is_account_number
from florin.domain.statement_file import FileProblem, ProblemCode, StatementClosed, StatementOpened
from florin.domain.statement_line import Direction, LineKind, StatementLine
from florin.domain.statement_totals import Piece
from florin.reconciliation.files.fields import amount_in, missing, shown, unreadable
from florin.reconciliation.files.mt940_info import NO_INFO, Information, read_information
from florin.reconciliation.files.text_lines import numbered_lines

MOST_FIELD_LINES: Final = 100
"""How many lines a field has at most; the standard allows six."""

_TAG: Final = re.compile(r":([0-9]{2}[A-Z]?):(.*)", re.DOTALL)
_BALANCE: Final = re.compile(r"([CD])([0-9]{6})([A-Z]{3})([0-9]+(?:,[0-9]*)?)")
_ENTRY: Final = re.compile(
    r"(?P<value>[0-9]{6})(?P<entry>[0-9]{4})?(?P<mark>R?[CD])[A-Z]?(?P<amount>[0-9]+(?:,[0-9]*)?)"
    r"(?P<type>[A-Z][A-Z0-9]{3})(?P<rest>.*)",
    re.DOTALL,
)
_END: Final = re.compile(r"-(?:\}.*|\x03)?\s*$|\{[1-4]:")
"""Where a message ends: a dash, or the braces of the envelope that it came in."""

_NUMBER: Final = re.compile(r"([0-9]{1,9})(?:/([0-9]{1,9}))?")
_NO_REFERENCE: Final = frozenset({"", "NONREF", "EREF", "EREF+", "KREF", "KREF+", "NOTPROVIDED"})
_CHARGES: Final = frozenset({"CHG", "COM", "BRF"})
"""Types of transactions that are what the bank takes itself: charges, commission, brokerage."""

_RETURNED: Final = "RTI"
_CENTURY: Final = 2000
_NO_DAYS: Final = frozenset({(2, 29), (2, 30)})


class _Field(NamedTuple):
    tag: str
    line_number: int
    text: str


def read_mt940(stream: IO[bytes]) -> Iterator[Piece]:
    """The statements of a file with their lines.

    Raises:
        FileProblem: a field that cannot be understood or stands where it may not, or a message without its end.
    """
    message = _Message()
    for field in _fields(stream):
        yield from message.take(field)
    yield from message.end(None)


class _Message:
    """The message that is being read: what its heading fields have said, and the entry whose details may follow."""

    def __init__(self) -> None:
        self._heading: dict[str, _Field] = {}
        self._currency: str | None = None
        self._entry: _Field | None = None
        self._is_closed = True

    def take(self, field: _Field) -> Iterator[Piece]:
        if field.tag == "20":
            yield from self.end(field.line_number)
            self._heading, self._is_closed = {"20": field}, False
        elif not self._heading:
            raise FileProblem(ProblemCode.UNREADABLE, field.line_number, f":{field.tag}: stands outside of a message")
        elif field.tag in {"60F", "60M"}:
            yield self._opened(field)
        elif field.tag == "61":
            yield from self._finished_entry(NO_INFO)
            self._require_open(field)
            self._entry = field
        elif field.tag == "86":
            yield from self._finished_entry(read_information(field.text))
        elif field.tag in {"62F", "62M"}:
            yield from self._finished_entry(NO_INFO)
            yield self._closed(field)
        elif field.tag in {"25", "28", "28C"}:
            if field.tag[:2] in self._heading:
                raise FileProblem(ProblemCode.UNREADABLE, field.line_number, f":{field.tag}: stands twice in a message")
            self._heading[field.tag[:2]] = field

    def end(self, line_number: int | None) -> Iterator[Piece]:
        """What is left of a message when the next one begins or the file ends: nothing, if it was closed."""
        if not self._is_closed:
            raise FileProblem(ProblemCode.ENDS_EARLY, line_number, "a message has no closing balance (:62F:)")
        yield from ()

    def _opened(self, field: _Field) -> StatementOpened:
        if self._currency is not None or self._is_closed:
            raise FileProblem(ProblemCode.UNREADABLE, field.line_number, "a second opening balance in one message")
        _, currency, opening_minor = _balance(field)
        self._currency = currency
        sequence, page = self._numbering()
        account = self._heading.get("25")
        return StatementOpened(
            currency=currency,
            account=None if account is None else account.text.strip(),
            reference=self._heading["20"].text.strip() or None,
            sequence=sequence,
            page=page,
            opening_minor=opening_minor,
        )

    def _numbering(self) -> tuple[int | None, int | None]:
        """Number and page of the statement. A bank that does not number writes a zero."""
        field = self._heading.get("28")
        if field is None:
            return None, None
        match = _NUMBER.fullmatch(field.text.strip())
        if match is None:
            raise unreadable(field.line_number, ":28C:", field.text, "not a number and a page")
        return int(match[1]) or None, None if match[2] is None else int(match[2]) or None

    def _closed(self, field: _Field) -> StatementClosed:
        currency = self._require_open(field)
        closing_on, closing_currency, closing_minor = _balance(field)
        if closing_currency != currency:
            what = f"opens in {currency} and closes in {closing_currency}"
            raise FileProblem(ProblemCode.CURRENCY_REFUSED, field.line_number, what)
        self._currency, self._is_closed = None, True
        return StatementClosed(
            from_on=None, to_on=closing_on, closing_minor=closing_minor, is_last_page=field.tag == "62F"
        )

    def _require_open(self, field: _Field) -> str:
        if self._currency is None:
            raise missing(field.line_number, "the opening balance (:60F:)")
        return self._currency

    def _finished_entry(self, information: Information) -> Iterator[StatementLine]:
        """The line whose details are complete; details that follow no entry are the whole statement's."""
        field, self._entry = self._entry, None
        if field is not None and self._currency is not None:
            line = _line(field, self._currency, information)
            if line is not None:
                yield line


def _line(field: _Field, currency: str, information: Information) -> StatementLine | None:
    """The line of an entry; None for one of nothing, which banks write to tell something."""
    match = _ENTRY.fullmatch(field.text)
    if match is None:
        raise unreadable(field.line_number, ":61:", field.text, "not an entry")
    amount_minor = amount_in(match["amount"], currency, field.line_number, "the amount", ",")
    if amount_minor == 0:
        return None
    value_on = _day(match["value"], field.line_number)
    booked_on = value_on if match["entry"] is None else _entry_day(match["entry"], value_on, field.line_number)
    mark, kind = match["mark"], match["type"]
    # A reversed credit takes money away, a reversed debit brings it back.
    is_in = mark in {"C", "RD"}
    first, _, supplement = match["rest"].partition("\n")
    customers, _, banks = first.partition("//")
    own = customers.strip()
    return StatementLine(
        line_number=field.line_number,
        kind=_kind(mark, kind),
        direction=Direction.IN if is_in else Direction.OUT,
        amount_minor=amount_minor,
        currency=currency,
        booked_on=booked_on,
        value_on=value_on,
        their_type=kind,
        key=information.end_to_end or (None if own in _NO_REFERENCE or is_account_number(own) else own),
        other_key=banks.strip() or None,
        payout_key=information.batch,
        details=information.details(supplement.strip()),
    )


def _kind(mark: str, kind: str) -> LineKind:
    if mark.startswith("R") or kind[1:] == _RETURNED:
        return LineKind.REVERSAL
    if mark == "D" and kind[1:] in _CHARGES:
        return LineKind.FEE
    return LineKind.CREDIT if mark == "C" else LineKind.DEBIT


def _balance(field: _Field) -> tuple[date, str, int]:
    match = _BALANCE.fullmatch(field.text.strip())
    if match is None:
        raise unreadable(field.line_number, f":{field.tag}:", field.text, "not a balance")
    mark, day, currency, amount = match.groups()
    amount_minor = amount_in(amount, currency, field.line_number, "the balance", ",")
    return _day(day, field.line_number), currency, amount_minor if mark == "C" else -amount_minor


def _day(text: str, line_number: int) -> date:
    """A day written YYMMDD. Banks that count 30 days in each month write 30 February: its last day is meant."""
    year, month, day = _CENTURY + int(text[:2]), int(text[2:4]), int(text[4:])
    try:
        return date(year, month, min(day, monthrange(year, month)[1]) if (month, day) in _NO_DAYS else day)
    except ValueError:
        raise unreadable(line_number, "a day", text, "no such day") from None


def _entry_day(text: str, value_on: date, line_number: int) -> date:
    """The day of booking, MMDD, in the year that brings it closest to the value date."""
    around = (value_on.year - 1, value_on.year, value_on.year + 1)
    candidates = [_day(f"{year % 100:02d}{text}", line_number) for year in around]
    return min(candidates, key=lambda each: abs(each - value_on))


def _fields(stream: IO[bytes]) -> Iterator[_Field]:
    """The fields of all messages, continued lines joined by line breaks, the ends of messages left out."""
    tag, start, lines = "", 0, list[str]()
    for number, line in numbered_lines(stream, "utf-8", "iso-8859-1"):
        match = _TAG.fullmatch(line)
        if match is None and not _END.match(line):
            if lines:
                if len(lines) == MOST_FIELD_LINES:
                    raise FileProblem(ProblemCode.OUT_OF_BOUNDS, number, f":{tag}: has too many lines: {shown(line)}")
                lines.append(line)
            continue
        if lines:
            yield _Field(tag, start, "\n".join(lines))
            lines = []
        if match is not None:
            tag, start, lines = match[1], number, [match[2]]
    if lines:
        yield _Field(tag, start, "\n".join(lines))
