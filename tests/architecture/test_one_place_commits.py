"""SQL, transactions and their ends live in storage and nowhere else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source_tree import ROOT, place, python_files, tree_of

ROOMS = [each.name for each in (ROOT / "florin").iterdir() if each.is_dir()]
OTHER_ROOMS = [f"florin/{room}" for room in ROOMS if room != "storage"]
ENDS_OR_RUNS = {"begin", "commit", "cursor", "execute", "executemany", "rollback", "savepoint", "transaction"}
SQL = re.compile(
    r"\b(SELECT\s.*\bFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|LOCK\s+TABLE|CREATE\s+(TABLE|INDEX|ROLE|VIEW)"
    r"|ALTER\s+TABLE|FOR\s+UPDATE|SAVEPOINT\s|SET\s+LOCAL)\b|^\s*(BEGIN|COMMIT|ROLLBACK|SELECT)\b",
    re.DOTALL,
)


def test_only_storage_runs_statements_and_ends_transactions() -> None:
    findings = [
        f"{place(path, node.lineno)} calls {ast.unparse(node.func)}"
        for path in python_files(*OTHER_ROOMS)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ENDS_OR_RUNS
    ]
    assert [] == findings


def test_only_storage_contains_sql() -> None:
    findings = [
        f"{place(path, node.lineno)} holds SQL"
        for path in python_files(*OTHER_ROOMS)
        for node in _texts(path)
        if isinstance(node.value, str) and SQL.search(node.value)
    ]
    assert [] == findings


def _texts(path: Path) -> Iterator[ast.Constant]:
    """Every constant of a file except the strings that stand alone, which are documentation."""
    tree = tree_of(path)
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in documentation:
            yield node
