"""CSV tables (RFC 4180) whose columns are found by the names in their heading."""

import csv
from collections.abc import Iterator, Mapping
from typing import IO

from florin.domain.statement_file import FileProblem, ProblemCode
from florin.reconciliation.files.fields import missing
from florin.reconciliation.files.text_lines import numbered_lines

Row = tuple[int, Mapping[str, str]]
"""The number of the line in which a row ends, and its cells by the names of their columns."""


def csv_rows(
    stream: IO[bytes], encoding: str, wanted: frozenset[str], delimiter: str = ",", skipped_lines: int = 0
) -> Iterator[Row]:
    """Each row under a heading that has all the wanted columns; lines before the heading are skipped, empty ones too.

    Raises:
        FileProblem: not CSV in that encoding, a column that is missing, or a row of another width than its heading.
    """
    lines = numbered_lines(stream, encoding)
    for _ in range(skipped_lines):
        next(lines, None)
    reader = csv.reader((f"{line}\n" for _, line in lines), delimiter=delimiter, strict=True)
    names: list[str] | None = None
    try:
        for cells in reader:
            number = reader.line_num + skipped_lines
            if not any(map(str.strip, cells)):
                continue
            if names is None:
                names = _heading(number, cells, wanted)
            elif len(cells) != len(names):
                what = f"{len(cells)} cells in a table of {len(names)} columns"
                raise FileProblem(ProblemCode.UNREADABLE, number, what)
            else:
                yield number, dict(zip(names, map(str.strip, cells), strict=True))
    except csv.Error as error:
        line_number = reader.line_num + skipped_lines
        raise FileProblem(ProblemCode.UNREADABLE, line_number, f"not written as CSV is: {error}") from None
    if names is None:
        raise FileProblem(ProblemCode.NOTHING_IN_IT, None, "there is no heading")


def _heading(number: int, cells: list[str], wanted: frozenset[str]) -> list[str]:
    names = [each.strip() for each in cells]
    absent = sorted(wanted - set(names))
    if absent:
        raise missing(number, f"the column {absent[0]}")
    repeated = sorted(name for name in wanted if names.count(name) > 1)
    if repeated:
        raise FileProblem(ProblemCode.UNREADABLE, number, f"two columns are called {repeated[0]}")
    return names
