"""A file is read in one sitting and a function on one screen."""

import ast

from tests.architecture.source_tree import place, python_files, tree_of

LONGEST_FILE = 400
LONGEST_FUNCTION = 70
ROOMS = ("florin", "tests", "bench")


def test_no_file_is_longer_than_can_be_read_in_one_sitting() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in python_files(*ROOMS)}
    assert [] == [f"{place(path, lines)} lines" for path, lines in lengths.items() if lines > LONGEST_FILE]


def test_no_function_is_longer_than_a_screen() -> None:
    findings = [
        f"{place(path, node.lineno)} {node.name} has {(node.end_lineno or 0) - node.lineno + 1} lines"
        for path in python_files(*ROOMS)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert [] == findings
