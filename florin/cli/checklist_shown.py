"""The checklist of a day's close on a terminal: a screen that is redrawn while it runs, or a line a step elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from florin.cli.printing import say
from florin.domain.day_close import Checklist, CloseStep, StepRow, StepState

_SIGNS: Final = {
    StepState.WAITING: "[dim]waiting[/]",
    StepState.RUNNING: "[cyan]running[/]",
    StepState.DONE: "[green]done[/]",
    StepState.BLOCKED: "[bold red]BLOCKED[/]",
    StepState.FAILED: "[bold red]FAILED[/]",
}
_UNTOLD: Final = ("run_id", "blocking", "after", "seal")
_WAYS_SHOWN: Final = 5


@contextmanager
def shown_live(programme: str, *, quiet: bool) -> Iterator[Callable[[Checklist], None]]:
    """What a close is told to tell: redrawn on a terminal, a line when a step ends elsewhere, nothing when quiet."""
    screen = Console(emoji=False)
    if quiet:
        yield lambda _: None
    elif screen.is_terminal:
        with Live(console=screen, auto_refresh=False) as live:
            yield lambda checklist: live.update(_table(programme, checklist), refresh=True)
    else:
        yield _Lines(programme).tell


def show_checklist(programme: str, checklist: Checklist) -> None:
    """Print a checklist as it stands."""
    Console(emoji=False).print(_table(programme, checklist))


def checklist_json(checklist: Checklist) -> dict[str, Any]:
    """A checklist as machines read it."""
    steps = [
        {
            "step": each.step,
            "state": each.state,
            "began_at": each.began_at,
            "ended_at": each.ended_at,
            "finding": each.finding,
            "to_do": each.to_do,
        }
        for each in checklist.steps
    ]
    return {
        "business_date": checklist.business_date,
        "edition": checklist.edition,
        "state": checklist.state,
        "began_at": checklist.began_at,
        "ended_at": checklist.ended_at,
        "steps": steps,
    }


class _Lines:
    """Tells each step once it has ended."""

    def __init__(self, programme: str) -> None:
        self._programme = programme
        self._told: set[tuple[object, CloseStep]] = set()

    def tell(self, checklist: Checklist) -> None:
        """Print what has ended since the last time."""
        for row in checklist.steps:
            key = (checklist.business_date, row.step)
            if row.state in {StepState.WAITING, StepState.RUNNING} and not row.finding.get("blocking"):
                continue
            if key not in self._told:
                self._told.add(key)
                day = f"{self._programme} {checklist.business_date.isoformat()}"
                say(f"{day}  {row.step:<10}  {row.state:<8}  {_words(row)}".rstrip())


def _table(programme: str, checklist: Checklist) -> Table:
    again = f", edition {checklist.edition}" if checklist.edition > 1 else ""
    title = f"Close of {programme} {checklist.business_date.isoformat()}{again}: {checklist.state}"
    table = Table(title=title, title_justify="left")
    for column in ("step", "state", "what was found"):
        table.add_column(column, overflow="fold")
    for row in checklist.steps:
        table.add_row(row.step.replace("_", " "), _SIGNS[row.state], escape(_words(row)))
    return table


def _words(row: StepRow) -> str:
    counted = [
        f"{name.replace('_', ' ')} {value}"
        for name, value in row.finding.items()
        if name not in _UNTOLD and value not in {0, ""}
    ]
    ways = list(row.finding.get("blocking", ()))
    if len(ways) > _WAYS_SHOWN:
        ways[_WAYS_SHOWN:] = [f"and {len(ways) - _WAYS_SHOWN} more"]
    after = row.finding.get("after")
    waits = [f"after {', '.join(after)}"] if after else []
    return "\n".join(filter(None, (", ".join(counted), *waits, *ways, row.to_do)))
