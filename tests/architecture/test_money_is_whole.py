"""Money is whole minor units: where amounts pass, nothing may make a fraction.

A number that is no money (seconds to wait, a rate shown to a person) is let through by a comment on its line,
``# not money: why``. There are few of those, and each must still be needed.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source_tree import ROOT, place, python_files, tree_of

ROOMS_WITH_MONEY = [f"florin/{room}" for room in ("batch", "clearing", "domain", "reconciliation", "storage")]
NO_MONEY = ROOT / "florin/storage/embedded"  # starts and stops a database server: paths and seconds, never an amount
MAKES_FRACTIONS = {"float", "round", "Decimal", "Fraction", "truediv"}
FRACTION_MODULES = {"decimal", "fractions", "statistics"}
MARK = "# not money: "
MOST_MARKS = 15


def test_no_fraction_is_made_where_money_passes() -> None:
    findings = [
        f"{place(path, line)} {what}"
        for path in _files()
        for line, what in _fractions(tree_of(path))
        if MARK not in path.read_text("utf-8").splitlines()[line - 1]
    ]
    assert [] == findings


def test_every_exception_is_still_needed_and_they_are_few() -> None:
    marked = {place(path, line) for path in _files() for line in _marked_lines(path)}
    needed = {place(path, line) for path in _files() for line, _ in _fractions(tree_of(path))}
    assert set() == marked - needed
    assert len(marked) <= MOST_MARKS


def _files() -> list[Path]:
    return [path for path in python_files(*ROOMS_WITH_MONEY) if NO_MONEY not in path.parents]


def _fractions(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield node.lineno, f"has the fraction {node.value}"
        elif isinstance(node, ast.Name) and node.id in MAKES_FRACTIONS:
            yield node.lineno, f"uses {node.id}"
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not _joins_a_path(node):
            yield node.lineno, "divides with /"
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Div):
            yield node.lineno, "divides with /="
        elif isinstance(node, ast.Import) and FRACTION_MODULES & {alias.name for alias in node.names}:
            yield node.lineno, "imports a module of fractions"
        elif isinstance(node, ast.ImportFrom) and node.module in FRACTION_MODULES:
            yield node.lineno, f"imports {node.module}"


def _joins_a_path(node: ast.BinOp) -> bool:
    """Whether a slash stands before a piece of text, as in ``folder / "file"``, which no number allows."""
    right = node.right
    return isinstance(right, ast.JoinedStr) or (isinstance(right, ast.Constant) and isinstance(right.value, str))


def _marked_lines(path: Path) -> list[int]:
    return [number for number, line in enumerate(path.read_text("utf-8").splitlines(), 1) if MARK in line]
