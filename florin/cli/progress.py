"""A progress bar, for the few commands that take long enough for one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Advance = Callable[[int, int], None]
"""Tells how much is done, and of how much."""


@contextmanager
def progress(task: str) -> Iterator[Advance]:
    """A progress bar on standard error, when that is a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    screen = Console(stderr=True)
    with Progress(*columns, console=screen, disable=not screen.is_terminal) as bar:
        line = bar.add_task(task, total=None)
        yield lambda done, whole: bar.update(line, completed=done, total=whole)
