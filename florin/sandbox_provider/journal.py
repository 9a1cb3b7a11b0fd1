"""The journal: a file that is only ever appended to, and on the disk before anybody is answered.

A line holds the entries that happen together, so that a kill leaves all of them or none.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from florin.sandbox_provider.entries import Entry

_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(tuple[Entry, ...])


class JournalTaken(Exception):
    """Another process keeps the journal."""


class JournalDamaged(Exception):
    """A line in the middle of the journal is not what was written."""


class Journal:
    """One file of entries, kept by one process at a time."""

    def __init__(self, path: Path) -> None:
        """Open it, made if it is missing; `JournalTaken` when another process has it open."""
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise JournalTaken(f"another process keeps {path}") from None
        self._path = path
        self._size = 0
        _sync_directory(path.parent)

    def replay(self) -> Iterator[Entry]:
        """Every entry so far, oldest first. A last line that a kill has cut off was never answered for: it goes.

        Raises:
            JournalDamaged: a whole line cannot be read.
        """
        content = self._path.read_bytes()
        self._size = content.rfind(b"\n") + 1
        os.ftruncate(self._file, self._size)
        for number, line in enumerate(content[: self._size].splitlines(), 1):
            try:
                yield from _DECODER.decode(line)
            except msgspec.DecodeError as error:
                raise JournalDamaged(f"line {number} of {self._path}: {error}") from None

    def append(self, entries: Sequence[Entry]) -> None:
        """Write entries that happen together; returns when they are on the disk.

        Raises:
            OSError: they are not, and nothing of them is in the file.
        """
        line = _ENCODER.encode(entries) + b"\n"
        try:
            self._write(line)
            os.fsync(self._file)
        except OSError:
            os.ftruncate(self._file, self._size)
            raise
        self._size += len(line)

    def _write(self, line: bytes) -> None:
        if os.write(self._file, line) != len(line):
            raise OSError(f"{self._path} took only a part of a line: is its disk full?")

    def close(self) -> None:
        """Give the file back."""
        os.close(self._file)


def _sync_directory(directory: Path) -> None:
    """Make the file's name durable: it lives in the directory."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
