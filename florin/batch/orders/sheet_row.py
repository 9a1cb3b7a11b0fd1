"""What the readers of recipients' files have in common: rows with the numbers that a spreadsheet program shows."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from florin.domain.recipient_columns import Cell

MOST_COLUMNS: Final = 32
LONGEST_CELL: Final = 1_000
"""Characters of a cell; the longest that a good cell can have are the 254 of a mail address."""

LONGEST_FILE_BYTES: Final = 16 * 1024 * 1024
"""The longest rows, 100,000 of them, take 10 MB as text and a fifth of it as a workbook."""


class SheetRow(NamedTuple):
    """The cells of a row from the first column on, as many as it has."""

    number: int
    cells: Sequence[Cell]


class FileUnreadable(Exception):
    """The file as a whole cannot be read, at a row or wherever; the text says why and what to do."""

    def __init__(self, reason: str, row: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.row = row


Percent = Callable[[int], None]
"""Is told how much of the file has been read, in hundredths, as often as that changes."""
