"""What the lines of a statement come to, and whether that is what it says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from florin.domain.money import MINOR_DIGITS, format_minor
from florin.domain.statement_file import FileProblem, ProblemCode, StatementClosed, StatementOpened
from florin.domain.statement_line import Direction, StatementLine
from florin.domain.written_amount import LARGEST_MINOR


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFooted:
    """A statement at its end, after it was found to add up. The days are None where nothing names any."""

    lines: int
    in_minor: int
    out_minor: int
    from_on: date | None
    to_on: date | None
    opening_minor: int | None
    closing_minor: int | None
    is_last_page: bool


Piece = StatementOpened | StatementLine | StatementClosed
"""What a reader of a format yields: each statement opened, its lines, and closed."""

Footed = StatementOpened | StatementLine | StatementFooted
"""The same, once it adds up."""


def footed(pieces: Iterable[Piece]) -> Iterator[Footed]:
    """The statements of a file one after another, each found to add up when it ends.

    Raises:
        FileProblem: opening balance and entries do not make the closing balance, a line has another currency than its
            statement, or there is no statement at all.
    """
    totals: _Totals | None = None
    statements = 0
    for piece in pieces:
        if isinstance(piece, StatementLine):
            if totals is None:
                raise FileProblem(ProblemCode.UNREADABLE, piece.line_number, "a line outside of a statement")
            totals.add(piece)
            yield piece
        elif isinstance(piece, StatementOpened):
            totals = _Totals(piece)
            statements += 1
            yield piece
        else:
            if totals is None:
                raise FileProblem(ProblemCode.UNREADABLE, None, "a statement ends that has not begun")
            yield totals.closed(piece)
            totals = None
    if totals is not None:
        raise FileProblem(ProblemCode.ENDS_EARLY, totals.last_line, "the last statement has no end")
    if not statements:
        raise FileProblem(ProblemCode.NOTHING_IN_IT, None, "there is no statement in it")


class _Totals:
    __slots__ = ("first_on", "in_minor", "last_line", "last_on", "lines", "opened", "out_minor")

    def __init__(self, opened: StatementOpened) -> None:
        if opened.currency not in MINOR_DIGITS:
            raise FileProblem(ProblemCode.CURRENCY_REFUSED, None, f"{opened.currency} is not accepted here")
        self.opened = opened
        self.lines = self.in_minor = self.out_minor = 0
        self.first_on: date | None = None
        self.last_on: date | None = None
        self.last_line: int | None = None

    def add(self, line: StatementLine) -> None:
        if line.currency != self.opened.currency:
            what = f"a line in {line.currency} on a statement in {self.opened.currency}"
            raise FileProblem(ProblemCode.CURRENCY_REFUSED, line.line_number, what)
        self.lines += 1
        if line.direction is Direction.IN:
            self.in_minor += line.amount_minor
        else:
            self.out_minor += line.amount_minor
        self.last_line = line.line_number
        booked_on = line.booked_on
        if self.first_on is None or booked_on < self.first_on:
            self.first_on = booked_on
        if self.last_on is None or booked_on > self.last_on:
            self.last_on = booked_on

    def closed(self, closed: StatementClosed) -> StatementFooted:
        opening = closed.opening_minor if self.opened.opening_minor is None else self.opened.opening_minor
        closing = closed.closing_minor
        if (opening is None) is not (closing is None):
            raise FileProblem(
                ProblemCode.FIELD_MISSING, self.last_line, "the opening or the closing balance is missing"
            )
        if opening is not None and closing is not None and opening + self.in_minor - self.out_minor != closing:
            raise FileProblem(ProblemCode.BALANCE_DIFFERS, self.last_line, self._difference(opening, closing))
        if max(self.in_minor, self.out_minor, abs(opening or 0), abs(closing or 0)) > LARGEST_MINOR:
            raise FileProblem(ProblemCode.OUT_OF_BOUNDS, self.last_line, "amounts that are larger than 64 bits")
        days = [day for day in (closed.from_on, closed.to_on, self.first_on, self.last_on) if day is not None]
        return StatementFooted(
            lines=self.lines,
            in_minor=self.in_minor,
            out_minor=self.out_minor,
            from_on=min(days, default=None),
            to_on=max(days, default=None),
            opening_minor=opening,
            closing_minor=closing,
            is_last_page=closed.is_last_page,
        )

    def _difference(self, opening: int, closing: int) -> str:
        currency = self.opened.currency
        said = [format_minor(each, currency) for each in (opening, self.in_minor, self.out_minor, closing)]
        off = format_minor(opening + self.in_minor - self.out_minor - closing, currency)
        name = self.opened.reference or "the statement"
        return f"{name}: {said[0]} + {said[1]} - {said[2]} is not {said[3]} {currency}, it is off by {off}"
