"""The journal: whole lines, one keeper, and nothing believed that is not on the disk."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from florin.sandbox_provider.entries import PaidOut, PaymentClosed
from florin.sandbox_provider.journal import Journal, JournalDamaged, JournalTaken

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
CLOSED, PAID_OUT = PaymentClosed(NOW, "a"), PaidOut(NOW, "so1", 100)


def kept(path: Path) -> list[object]:
    journal = Journal(path)
    try:
        return list(journal.replay())
    finally:
        journal.close()


def write(path: Path, *lines: list[PaymentClosed | PaidOut]) -> None:
    journal = Journal(path)
    assert [] == list(journal.replay())
    for line in lines:
        journal.append(line)
    journal.close()


def test_what_was_appended_is_replayed_in_its_order(tmp_path: Path) -> None:
    write(tmp_path / "j", [CLOSED, PAID_OUT], [CLOSED])
    assert [CLOSED, PAID_OUT, CLOSED] == kept(tmp_path / "j")


@pytest.mark.parametrize("cut", [1, 20, 60])
def test_a_line_that_a_kill_has_cut_off_is_gone_whole_and_writing_goes_on(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "j"
    write(path, [CLOSED], [CLOSED, PAID_OUT])
    path.write_bytes(path.read_bytes()[:-cut])
    assert [CLOSED] == kept(path)
    journal = Journal(path)
    list(journal.replay())
    journal.append([PAID_OUT])
    journal.close()
    assert [CLOSED, PAID_OUT] == kept(path)


def test_a_whole_line_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "j"
    write(path, [CLOSED], [CLOSED])
    path.write_bytes(b"[{}]\n" + path.read_bytes())
    with pytest.raises(JournalDamaged, match="line 1"):
        kept(path)


def test_one_process_at_a_time_keeps_a_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    with pytest.raises(JournalTaken):
        Journal(tmp_path / "j")
    journal.close()
    assert [] == kept(tmp_path / "j")


def test_nothing_is_left_of_a_line_that_did_not_reach_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "j"
    write(path, [CLOSED])
    journal = Journal(path)
    list(journal.replay())

    def fail(_: int) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="gone"):
        journal.append([PAID_OUT])
    journal.close()
    monkeypatch.undo()
    assert [CLOSED] == kept(path)
