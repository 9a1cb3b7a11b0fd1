"""Reading recipients from CSV, or from the text with tabs that spreadsheet programs write as "Unicode text"."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import IO, Final

from florin.batch.orders.sheet_row import (
    LONGEST_CELL,
    LONGEST_FILE_BYTES,
    MOST_COLUMNS,
    FileUnreadable,
    Percent,
    SheetRow,
)
from florin.batch.orders.text_encoding import decoded

_DELIMITERS: Final = ",\t;"


def read_delimited(file: IO[bytes], percent: Percent) -> Iterator[SheetRow]:
    """Every row with its number, also where cells have line breaks; empty rows count and are left out.

    Raises:
        FileUnreadable: no text, or not written as CSV is (RFC 4180).
    """
    text = decoded(file.read(LONGEST_FILE_BYTES + 1))
    whole = len(text)
    source = StringIO(text, newline="")
    csv.field_size_limit(LONGEST_CELL)
    number, told = 0, 0
    try:
        for number, cells in enumerate(csv.reader(source, delimiter=_delimiter(text), strict=True), 1):
            if len(cells) > MOST_COLUMNS:
                raise FileUnreadable(f"more than {MOST_COLUMNS} columns", number)
            if (done := 100 * source.tell() // whole) > told:
                percent(told := done)
            if any(cells):
                yield SheetRow(number, cells)
    except csv.Error as error:
        raise FileUnreadable(f"not CSV: {error}", number + 1) from None


def _delimiter(text: str) -> str:
    """What stands between the cells of the first line."""
    first = text.lstrip("\r\n").partition("\n")[0]
    return max(_DELIMITERS, key=first.count)
