"""What the tests of the house look at: the files of the repository and the syntax trees of its Python."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
NOT_OURS: Final = ("build", "dist", "florin.egg-info", "__pycache__")


def files(*rooms: str) -> list[Path]:
    """Every file of the rooms named (of the whole tree when none is), without caches and the environment."""
    starts = [ROOT / room for room in rooms] or [ROOT]
    return sorted(path for start in starts for path in _walk(start))


def python_files(*rooms: str) -> list[Path]:
    """Every Python file of the rooms named."""
    return [path for path in files(*rooms) if path.suffix == ".py"]


def tree_of(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def place(path: Path, line: int) -> str:
    """Where a finding is, as an editor opens it."""
    return f"{path.relative_to(ROOT)}:{line}"


def _walk(start: Path) -> Iterator[Path]:
    if not start.is_dir():
        return
    for entry in start.iterdir():
        if entry.name in NOT_OURS or (entry.is_dir() and entry.name.startswith(".") and entry.name != ".ci"):
            continue
        if entry.is_dir():
            yield from _walk(entry)
        else:
            yield entry
