"""Tables of any bank, by a saved mapping of their columns."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import IO

from florin.domain.column_mapping import ColumnMapping
from florin.domain.money import format_minor
from florin.domain.statement_file import FileProblem, ProblemCode, StatementClosed, StatementOpened
from florin.domain.statement_line import Direction, LineDetails, LineKind, StatementLine
from florin.domain.statement_totals import Piece
from florin.reconciliation.files.csv_table import Row, csv_rows
from florin.reconciliation.files.fields import amount_in, day_in, unreadable


def read_mapped_csv(stream: IO[bytes], mapping: ColumnMapping, currency: str) -> Iterator[Piece]:
    """The table as one statement in ``currency``; with a column of balances each row is proved by the one before.

    Raises:
        FileProblem: a table without a column of the mapping, a row that cannot be understood, or a balance that does
            not follow.
    """
    rows = csv_rows(stream, mapping.encoding, mapping.titles, mapping.delimiter, mapping.skipped_lines)
    first = next(rows, None)
    reader = _Reader(mapping, currency)
    yield reader.opened(first)
    for row in chain([] if first is None else [first], rows):
        line = reader.line(row)
        if line is not None:
            yield line
    yield reader.closed()


class _Reader:
    """What has been read of a table: its balances at both ends, and how far the rows have been proved."""

    def __init__(self, mapping: ColumnMapping, currency: str) -> None:
        self._mapping = mapping
        self._currency = currency
        self._first: tuple[int, int] | None = None  # the balance after the first row, and what that row moved
        self._last: tuple[int, int] | None = None

    def opened(self, first: Row | None) -> StatementOpened:
        """The statement before its first row."""
        account = None if first is None else _cell(first[1], self._mapping.account)
        return StatementOpened(currency=self._currency, account=account)

    def closed(self) -> StatementClosed:
        """The statement after its last row; where the newest row stands first, that one has the closing balance."""
        oldest, newest = self._first, self._last
        if self._mapping.is_newest_first:
            oldest, newest = newest, oldest
        opening_minor = None if oldest is None else oldest[0] - oldest[1]
        closing_minor = None if newest is None else newest[0]
        return StatementClosed(from_on=None, to_on=None, opening_minor=opening_minor, closing_minor=closing_minor)

    def line(self, row: Row) -> StatementLine | None:
        """The line of a row; None where no money moved."""
        number, cells = row
        mapping = self._mapping
        signed_minor = self._signed(row)
        self._prove(row, signed_minor)
        fee_minor = self._amount(row, mapping.fee)
        kind = LineKind.CREDIT if signed_minor > 0 else LineKind.DEBIT
        if signed_minor == 0:
            if fee_minor == 0:
                return None
            signed_minor, fee_minor, kind = -fee_minor, 0, LineKind.FEE
        details = LineDetails(*(_cell(cells, title) for title in (mapping.text, mapping.party, mapping.party_account)))
        value_day = _cell(cells, mapping.value_day)
        return StatementLine(
            line_number=number,
            kind=kind,
            direction=Direction.IN if signed_minor > 0 else Direction.OUT,
            amount_minor=abs(signed_minor),
            currency=_cell(cells, mapping.currency) or self._currency,
            booked_on=day_in(cells[mapping.day], mapping.day_form, number, mapping.day),
            their_type=_cell(cells, mapping.kind) or "",
            fee_minor=fee_minor,
            value_on=None if value_day is None else day_in(value_day, mapping.day_form, number, "the value day"),
            key=_cell(cells, mapping.key),
            other_key=_cell(cells, mapping.other_key),
            payout_key=_cell(cells, mapping.payout_key),
            details=details if any(details) else None,
        )

    def _prove(self, row: Row, signed_minor: int) -> None:
        """Compare a row's balance with that of the row before; `FileProblem` where they do not go together."""
        if self._mapping.balance is None:
            return
        now = self._amount(row, self._mapping.balance), signed_minor
        if self._last is not None:
            balance, moved = self._last
            expected = balance - moved if self._mapping.is_newest_first else balance + signed_minor
            if now[0] != expected:
                what = f"{self._mapping.balance} ought to be {format_minor(expected, self._currency)} here"
                raise FileProblem(ProblemCode.BALANCE_DIFFERS, row[0], what)
        self._first = self._first or now
        self._last = now

    def _signed(self, row: Row) -> int:
        mapping = self._mapping
        if mapping.amount is not None:
            return self._amount(row, mapping.amount)
        came, left = self._amount(row, mapping.amount_in), self._amount(row, mapping.amount_out)
        # Some banks write what has left with a minus, as if the column did not say it.
        if came < 0 or (came != 0 and left != 0):
            raise unreadable(row[0], str(mapping.amount_in), str(came), "a row has one amount, in or out")
        return came - abs(left)

    def _amount(self, row: Row, title: str | None) -> int:
        """The amount in a column; an empty cell is zero, and so is a column that the mapping does not have."""
        number, cells = row
        text = _cell(cells, title)
        if text is None or title is None:
            return 0
        plain = text.replace(self._mapping.grouping, "") if self._mapping.grouping else text
        return amount_in(plain, self._currency, number, title, self._mapping.point)


def _cell(cells: Mapping[str, str], title: str | None) -> str | None:
    return None if title is None else cells[title] or None
