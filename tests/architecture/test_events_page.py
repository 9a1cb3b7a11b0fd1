"""The events page lists what the code announces, and nothing else."""

import ast
import re
from collections.abc import Iterator

from florin.domain.event_names import EVENT_NAMES
from tests.architecture.source_tree import ROOT, python_files, tree_of

ROW = re.compile(r"^\| `([a-z_]+\.[a-z_]+)` \|", re.MULTILINE)
SUBJECTS = (
    "balance",
    "batch",
    "break",
    "card",
    "card_link",
    "case",
    "cash_order",
    "closure",
    "custody",
    "day",
    "funding",
    "hold",
    "member",
    "merchant",
    "netting",
    "order",
    "payment",
    "points",
    "provider",
    "purchase",
    "suspense",
    "top_up",
    "voucher",
    "webhook",
)
NAME = re.compile(rf"({'|'.join(SUBJECTS)})\.[a-z_]+")


def test_the_page_lists_every_event_once_and_none_that_is_never_announced() -> None:
    documented = ROW.findall((ROOT / "docs/events.md").read_text("utf-8"))
    assert sorted(announced()) == sorted(documented)
    assert sorted(EVENT_NAMES) == sorted(documented)


def announced() -> set[str]:
    """The names in every module that announces anything, or says as what a payout is, but for those of audit rows."""
    found: set[str] = set()
    for path in python_files("florin/clearing", "florin/storage"):
        tree = tree_of(path)
        if any(called(node) in {"emit", "emit_all", "Step"} for node in ast.walk(tree)):
            found |= set(names(tree))
    return found


def names(node: ast.AST) -> Iterator[str]:
    if called(node) == "record":
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAME.fullmatch(node.value):
        yield node.value
    for child in ast.iter_child_nodes(node):
        yield from names(child)


def called(node: ast.AST) -> str | None:
    """The last part of the name of what a node calls."""
    if not isinstance(node, ast.Call):
        return None
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return None
