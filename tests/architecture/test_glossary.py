"""A word of the trade has one meaning, and is found where the alphabet says."""

import re

from tests.architecture.source_tree import ROOT

ROW = re.compile(r"^\| \*\*(.+?)\*\* \|", re.MULTILINE)


def test_every_word_stands_once_in_its_alphabetical_place() -> None:
    words = [word.casefold() for word in ROW.findall((ROOT / "docs/glossary.md").read_text("utf-8"))]
    assert words
    assert sorted(set(words)) == words
