"""Checking a recipients' file: every row and cell that is wrong is told, and only a file without findings is used.

Rows that ask for the same product and denomination become one line of the order, in the order in which they first
appear; a recipient's serial number is his place within that line.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Final, NamedTuple
from uuid import UUID

from florin.batch.orders.delimited_rows import read_delimited
from florin.batch.orders.sheet_row import LONGEST_FILE_BYTES, FileUnreadable, Percent, SheetRow
from florin.batch.orders.workbook_rows import read_workbook
from florin.domain.money import MAX_AMOUNT_MINOR, format_minor
from florin.domain.order_rules import MOST_LINES, WantedLine
from florin.domain.recipient import MOST_RECIPIENTS, Recipient
from florin.domain.recipient_columns import CHINESE, NEEDED, Cell, Column, column_of
from florin.domain.recipient_row import BadRow, Offer, RecipientRow, read_row

FINDINGS_SHOWN: Final = 1_000
"""How many findings a report names; it counts them all."""

_WORKBOOK: Final = b"PK\x03\x04"
_OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Finding(NamedTuple):
    """What is wrong: at which row as the spreadsheet program shows it, in which column, why, and what stands there.

    Without a row it is about the file, without a column about the row. ``found`` is never anything personal.
    """

    row: int | None
    column: str | None
    reason: str
    found: str | None = None


class PlacedRecipient(NamedTuple):
    """A recipient, and the card of the order that is his: line, and serial number within it."""

    line: int
    serial: int
    recipient: Recipient


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file came to: ``rows`` read, the lines that they make, and the first of all that was ``found`` wrong."""

    rows: int
    lines: Sequence[WantedLine]
    found: int
    findings: Sequence[Finding]

    @property
    def is_accepted(self) -> bool:
        """Whether the file can be used."""
        return not self.found


class RecipientsFile:
    """A file that is being checked. ``recipients`` are those of its good rows: all, once it is accepted."""

    def __init__(self, offer: Offer) -> None:
        self.recipients: list[PlacedRecipient] = []
        self._offer = offer
        self._rows = 0
        self._found = 0
        self._findings: list[Finding] = []
        self._lines: dict[tuple[UUID, int], int] = {}
        self._quantities: list[int] = []
        self._contacts: dict[str, int] = {}
        self._employees: dict[str, int] = {}

    def check(self, file: IO[bytes], percent: Percent) -> Checked:
        """Read it from its beginning to its end."""
        try:
            self._read(_rows_of(file, percent))
            self._require_amount()
        except FileUnreadable as error:
            # What has ended the reading is told first, whatever was found before.
            self._found += 1
            self._findings = [Finding(error.row, None, error.reason), *self._findings[: FINDINGS_SHOWN - 1]]
        wanted = zip(self._lines, self._quantities, strict=True)
        lines = [WantedLine(product_id, face_minor, quantity) for (product_id, face_minor), quantity in wanted]
        return Checked(self._rows, lines, self._found, self._findings)

    def _read(self, rows: Iterator[SheetRow]) -> None:
        header = next(rows, None)
        if header is None:
            raise FileUnreadable("the file is empty")
        columns = self._columns(header)
        if columns is None:
            return
        for row in rows:
            if self._rows == MOST_RECIPIENTS:
                raise FileUnreadable(f"more than {MOST_RECIPIENTS:,} recipients: order in parts", row.number)
            self._rows += 1
            self._take(row, columns)
        if self._rows == 0:
            raise FileUnreadable("the file has a header and nobody below it")

    def _columns(self, header: SheetRow) -> Mapping[int, Column] | None:
        """The columns by their places; None when the header has findings, for then the rows mean nothing."""
        columns: dict[int, Column] = {}
        for place, cell in enumerate(header.cells):
            column = column_of(cell)
            if column is not None and column not in columns.values():
                columns[place] = column
            elif cell != "":
                reason = "no column of a recipients' file" if column is None else f"{column} is there twice"
                self._find(header.number, letters_of(place), reason)
        for column in Column:
            if column in NEEDED and column not in columns.values():
                self._find(header.number, column.value, f"missing: a column headed {column} or {CHINESE[column]}")
        return None if self._found else columns

    def _take(self, row: SheetRow, columns: Mapping[int, Column]) -> None:
        cells: dict[Column, Cell] = {}
        for place, cell in enumerate(row.cells):
            if place in columns:
                cells[columns[place]] = cell
            elif cell != "":
                self._find(row.number, letters_of(place), "a cell in a column without a header")
        read = read_row(self._offer, cells)
        if isinstance(read, BadRow):
            for each in read.findings:
                self._find(row.number, each.column.value, each.reason, each.found)
            self._meet(row.number, read.contact, read.employee_number)
        else:
            self._meet(row.number, read.recipient.contact, read.recipient.employee_number)
            self._place(row.number, read)

    def _meet(self, row: int, contact: str | None, employee_number: str | None) -> None:
        """Find what another row has already: the same person would get two cards, or two the same message."""
        for column, value, seen in (
            (Column.CONTACT, contact, self._contacts),
            (Column.EMPLOYEE_NUMBER, employee_number, self._employees),
        ):
            if value is not None and (first := seen.setdefault(value, row)) != row:
                self._find(row, column.value, f"the same as in row {first}")

    def _place(self, row: int, read: RecipientRow) -> None:
        card = read.product_id, read.denomination_minor
        line = self._lines.get(card)
        if line is None:
            if len(self._lines) == MOST_LINES:
                raise FileUnreadable(
                    f"more than {MOST_LINES} different products and denominations: order in parts", row
                )
            line = self._lines[card] = len(self._lines) + 1
            self._quantities.append(0)
        self._quantities[line - 1] += 1
        self.recipients.append(PlacedRecipient(line, self._quantities[line - 1], read.recipient))

    def _require_amount(self) -> None:
        faces = zip(self._lines, self._quantities, strict=True)
        if sum(face_minor * quantity for (_, face_minor), quantity in faces) > MAX_AMOUNT_MINOR:
            most = format_minor(MAX_AMOUNT_MINOR, self._offer.unit)
            raise FileUnreadable(f"the faces add up to more than {most} {self._offer.unit}: order in parts")

    def _find(self, row: int | None, column: str | None, reason: str, found: str | None = None) -> None:
        self._found += 1
        if len(self._findings) < FINDINGS_SHOWN:
            self._findings.append(Finding(row, column, reason, found))


def letters_of(place: int) -> str:
    """A column as a spreadsheet program calls it: 0 is ``A``, 26 is ``AA``."""
    before, letter = divmod(place, 26)
    return (letters_of(before - 1) if before else "") + chr(ord("A") + letter)


def _rows_of(file: IO[bytes], percent: Percent) -> Iterator[SheetRow]:
    """The rows, by what the file is and not by what it is called."""
    file.seek(0)
    begin = file.read(len(_OLD_WORKBOOK))
    if file.seek(0, 2) > LONGEST_FILE_BYTES:
        raise FileUnreadable(f"longer than {LONGEST_FILE_BYTES // (1024 * 1024)} MiB")
    file.seek(0)
    if begin == _OLD_WORKBOOK:
        raise FileUnreadable("a workbook of the old kind (XLS), or one with a password: save it as XLSX without one")
    return (read_workbook if begin.startswith(_WORKBOOK) else read_delimited)(file, percent)
