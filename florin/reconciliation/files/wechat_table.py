"""What the two bills of WeChat Pay have in common: a heading, rows, a heading of totals, totals.

Every cell of a row stands behind a backtick, so that no spreadsheet makes a number of it; headings have none. Columns
are found by their names, because each kind of bill has its own. Source: WeChat Pay, "下载账单", trade and fund flow.
"""

from collections.abc import Iterator, Mapping
from typing import IO, Final
from zoneinfo import ZoneInfo

from florin.domain.statement_file import FileProblem, ProblemCode
from florin.reconciliation.files.fields import missing, shown
from florin.reconciliation.files.text_lines import numbered_lines

BEIJING: Final = ZoneInfo("Asia/Shanghai")
YUAN: Final = "CNY"

Row = tuple[int, Mapping[str, str]]
"""A line's number and its cells by the names of their columns."""


class WechatTable:
    """A bill that is being read: first its rows, and after them its totals."""

    def __init__(self, stream: IO[bytes], columns: frozenset[str], totals: frozenset[str]) -> None:
        """Read a bill that must have these columns, and under them these totals."""
        self._lines = numbered_lines(stream, "utf-8", "gb18030")
        self._columns = columns
        self._totals = totals
        self._said: Row | None = None

    def rows(self) -> Iterator[Row]:
        """Each row; `FileProblem` for one of another width, a file that ends without totals or goes on after them."""
        heading = self._heading(self._columns)
        for number, line in self._lines:
            if line.startswith("`"):
                yield number, _row(number, line, heading)
                continue
            names = _names(number, line, self._totals)
            self._said = self._totals_row(names)
            break
        else:
            raise FileProblem(ProblemCode.ENDS_EARLY, None, "the line of totals is missing")
        for number, line in self._lines:
            if line.strip():
                raise FileProblem(ProblemCode.UNREADABLE, number, "something stands after the totals")

    def totals(self) -> Row:
        """The line of totals, once the rows have been read."""
        if self._said is None:
            raise FileProblem(ProblemCode.ENDS_EARLY, None, "the line of totals is missing")
        return self._said

    def _heading(self, wanted: frozenset[str]) -> list[str]:
        for number, line in self._lines:
            return _names(number, line, wanted)
        raise FileProblem(ProblemCode.NOTHING_IN_IT, None, "the file is empty")

    def _totals_row(self, names: list[str]) -> Row:
        for number, line in self._lines:
            return number, _row(number, line, names)
        raise FileProblem(ProblemCode.ENDS_EARLY, None, "the line of totals is missing")


def require_totals(line_number: int, *pairs: tuple[str, int, int]) -> None:
    """`FileProblem` unless each total is what the lines come to: its name, what is said, and what they come to."""
    for name, said, found in pairs:
        if said != found:
            what = f"{name} is said to be {said}, and the lines come to {found}"
            raise FileProblem(ProblemCode.TOTALS_DIFFER, line_number, what)


def _names(number: int, line: str, wanted: frozenset[str]) -> list[str]:
    names = [each.strip() for each in line.split(",")]
    absent = sorted(wanted - set(names))
    if absent:
        raise missing(number, f"the column {absent[0]}")
    if len(set(names)) != len(names):
        raise FileProblem(ProblemCode.UNREADABLE, number, "two columns have one name")
    return names


def _row(number: int, line: str, names: list[str]) -> Mapping[str, str]:
    if not line.startswith("`"):
        raise FileProblem(ProblemCode.UNREADABLE, number, f"a row does not begin with a backtick: {shown(line)}")
    cells = line[1:].split(",`")
    if len(cells) != len(names):
        raise FileProblem(ProblemCode.UNREADABLE, number, f"{len(cells)} cells in a table of {len(names)} columns")
    return dict(zip(names, map(str.strip, cells), strict=True))
