"""What commands print: tables for people, JSON for machines, hints and complaints on standard error."""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines instead of a table.")]
"""The option that every command with an answer has."""

_WIDEST: Final = 10_000

_LONGEST_WORD: Final = 20
"""Longer ones are folded, too, where the screen is narrow; a column of words is never narrower than its words."""

# What is printed may be anybody's words: a name such as a:bell:b is no picture of a bell.
_screen: Final = Console(emoji=False)
_boundless: Final = _screen.options.update(max_width=_WIDEST)
_complaints: Final = Console(stderr=True, emoji=False)


def print_json(value: object) -> None:
    """Print one line of JSON: hashes as hexadecimal digits, times in RFC 3339. An id comes with its prefix already."""
    sys.stdout.write(json.dumps(value, default=_plain, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; every cell is text and none is markup, wherever it came from.

    Long texts are folded to the width of the screen. What has no spaces is not, because ids and tokens are there to be
    copied: a table that needs more for them is wider than the screen.
    """
    table = Table(title=title, title_justify="left", min_width=min(cell_len(title), _screen.width))
    cells = [[_words(cell) for cell in row] for row in rows]
    for position, column in enumerate(columns):
        words = [word for row in cells for word in row[position].split()]
        is_words = any(" " in row[position] for row in cells)
        longest = max(map(cell_len, words), default=0)
        # The header of a column that is not folded is not folded either, though it may have several words.
        least = min(longest, _LONGEST_WORD) if is_words else max(longest, cell_len(column))
        table.add_column(column, overflow="fold", no_wrap=not is_words, min_width=least)
    for row in cells:
        table.add_row(*map(escape, row))
    needed = Measurement.get(_screen, _boundless, table).minimum
    # With both sizes given: a screen that calls itself dumb would be taken for one of 80 columns whatever the width.
    wider = Console(width=needed, height=_screen.height, emoji=False)
    (_screen if needed <= _screen.width else wider).print(table)


@dataclass(frozen=True, slots=True)
class Form:
    """How views of one kind are shown: a table of these columns for people, JSON for machines."""

    title: str
    columns: Sequence[str]
    row: Callable[[dict[str, Any]], Sequence[object]]

    def show(self, view: dict[str, Any], *, as_json: bool) -> None:
        """Print one."""
        if as_json:
            print_json(view)
        else:
            self.show_all([view], as_json=False)

    def show_in_list(self, view: dict[str, Any], *, as_json: bool) -> None:
        """Print one where machines are always given a list."""
        self.show_all([view], as_json=as_json)

    def show_all(self, views: Sequence[dict[str, Any]], *, as_json: bool) -> None:
        """Print a list of them."""
        if as_json:
            print_json(views)
        else:
            print_table(self.title, self.columns, map(self.row, views))


def say(text: str) -> None:
    """Print a line for people."""
    _screen.print(escape(text), highlight=False, soft_wrap=True)


def complain(text: str) -> None:
    """Print a line on standard error."""
    _complaints.print(f"[bold red]florin:[/] {escape(text)}", highlight=False, soft_wrap=True)


def hint(text: str) -> None:
    """Print a line on standard error that is no complaint."""
    _complaints.print(escape(text), highlight=False, soft_wrap=True)


def _words(cell: object) -> str:
    """A cell as people read it: yes or no, and times in UTC to the second."""
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case datetime():
            return f"{cell.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        case _:
            return str(cell)


def _plain(value: Any) -> Any:  # noqa: ANN401 (any value that JSON does not know)
    match value:
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case bytes():
            return value.hex()
        case set() | frozenset():
            return sorted(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no form in JSON")
