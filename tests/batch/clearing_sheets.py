"""Clearing files as a merchant's system writes them, for the tests that take them in."""

from collections.abc import Iterable
from pathlib import Path

from florin.batch.clearing_line import COLUMNS
from tests.world import KnownCard

HEADER = ",".join(COLUMNS)
NUMBER, PIN = "9876546882605422076", "58168597"


def purchase_line(reference: str, card: KnownCard, amount: str, event_at: str = "") -> str:
    return f"{reference},purchase,{card.number},{card.pin},,,{amount},CNY,{event_at}"


def ecode_line(reference: str, card: KnownCard, amount: str) -> str:
    return f"{reference},purchase,,,{card.ecode},,{amount},CNY,"


def refund_line(reference: str, original: str, amount: str) -> str:
    return f"{reference},refund,,,,{original},{amount},CNY,"


def sheet(path: Path, lines: Iterable[str], total: str, *, count: int | None = None) -> Path:
    """A file with these lines and a trailer that says what it is told to."""
    lines = list(lines)
    said = len(lines) if count is None else count
    path.write_text("\n".join([HEADER, *lines, f"trailer,{said},{total},CNY", ""]), "utf-8")
    return path
