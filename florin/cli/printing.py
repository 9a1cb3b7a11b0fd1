"""What commands print: tables for people, JSON for machines, hints and complaints on standard error."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines instead of a table.")]
"""The option that every command with an answer has."""

_screen: Final = Console()
_wide_screen: Final = Console(width=200)
_complaints: Final = Console(stderr=True)


def print_json(value: object) -> None:
    """Print one line of JSON: ids as hexadecimal digits, times in RFC 3339."""
    sys.stdout.write(json.dumps(value, default=_plain, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def print_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, unbroken: bool = False
) -> None:
    """Print a table; every cell is text and none is markup, wherever it came from.

    Long cells are folded to the width of the screen; ``unbroken`` leaves them whole, for what people copy.
    """
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=unbroken)
    for row in rows:
        table.add_row(*("" if cell is None else escape(str(cell)) for cell in row))
    (_wide_screen if unbroken else _screen).print(table)


def say(text: str) -> None:
    """Print a line for people."""
    _screen.print(escape(text), highlight=False, soft_wrap=True)


def complain(text: str) -> None:
    """Print a line on standard error."""
    _complaints.print(f"[bold red]florin:[/] {escape(text)}", highlight=False, soft_wrap=True)


def hint(text: str) -> None:
    """Print a line on standard error that is no complaint."""
    _complaints.print(escape(text), highlight=False, soft_wrap=True)


def _plain(value: Any) -> Any:  # noqa: ANN401 (any value that JSON does not know)
    match value:
        case UUID():
            return value.hex
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
