"""Tables for people: whatever the width of the screen, every column can be read."""

import pytest
from rich.console import Console

from florin.cli import printing


@pytest.mark.parametrize("terminal", ["xterm-256color", "dumb"])
def test_a_column_of_words_is_not_squeezed_out_by_wide_ones_beside_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], terminal: str
) -> None:
    monkeypatch.setenv("TERM", terminal)
    monkeypatch.setattr(printing, "_screen", Console(width=80, emoji=False))
    counts = ("sold", "waiting", "activated", "unused", "partly used", "used up", "loaded", "expired", "closed")
    rows = [("Honeynut gift card", *range(len(counts))), ("", *range(len(counts)))]
    printing.print_table("Statement", ("product", *counts), rows)
    shown = capsys.readouterr().out
    for word in ("product", "Honeynut", "gift", "card", *counts):
        assert f" {word} " in shown


def test_a_title_that_is_wider_than_its_table_stays_on_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(printing, "_screen", Console(width=80, emoji=False))
    printing.print_table("people.xlsx: 4 recipients, nothing is wrong", ("line",), [(1,)])
    assert "people.xlsx: 4 recipients, nothing is wrong" in capsys.readouterr().out
