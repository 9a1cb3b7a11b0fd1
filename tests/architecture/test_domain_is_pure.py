"""The domain imports the standard library only, and of that nothing that touches the world."""

import ast
import sys
from collections.abc import Iterator

from tests.architecture.source_tree import place, python_files, tree_of

TOUCHES_THE_WORLD = {
    "asyncio", "http", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil", "signal",
    "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "warnings",
}  # fmt: skip
READS_CLOCK_OR_CHANCE = {"now", "utcnow", "today", "uuid1", "uuid4", "getnode"}
TALKS = {"open", "print", "input", "breakpoint"}


def test_the_domain_imports_only_itself_and_the_pure_part_of_the_standard_library() -> None:
    findings = [
        f"{place(path, line)} imports {module}"
        for path in python_files("florin/domain")
        for line, module in _imports(tree_of(path))
        if not _is_pure(module)
    ]
    assert [] == findings


def test_the_domain_reads_no_clock_draws_no_chance_and_talks_to_nobody() -> None:
    findings = [
        f"{place(path, node.lineno)} calls {ast.unparse(node.func)}"
        for path in python_files("florin/domain")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and _is_impure(node.func)
    ]
    assert [] == findings


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")


def _is_pure(module: str) -> bool:
    first = module.partition(".")[0]
    if first == "florin":
        return module.startswith("florin.domain")
    return first in sys.stdlib_module_names and first not in TOUCHES_THE_WORLD


def _is_impure(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return function.attr in READS_CLOCK_OR_CHANCE
    return isinstance(function, ast.Name) and function.id in TALKS | READS_CLOCK_OR_CHANCE
