"""Archives (ZIP) that may be made to do harm: nothing is unpacked to disk, and never more is read than is bearable."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final

from florin.domain.statement_file import FileProblem, ProblemCode

MOST_MEMBERS: Final = 8
MOST_BYTES: Final = 1 << 31
"""How much one file of an archive may hold: two gibibytes are some ten million lines."""

MOST_RATIO: Final = 200
"""How much smaller an archive may make a file. Bills come to about a tenth; a bomb has a thousandth."""

_ENCRYPTED: Final = 0x1
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class Archive:
    """An archive whose directory has been looked at; its files are read as streams, by name."""

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        """Open an archive whose names are in that encoding; `FileProblem` for one that nobody should open."""
        try:
            self._zip = zipfile.ZipFile(stream, metadata_encoding=encoding)
            members = self._zip.infolist()
        except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, ValueError, OSError, EOFError):
            raise FileProblem(ProblemCode.UNREADABLE, None, "not a ZIP archive") from None
        if len(members) > MOST_MEMBERS:
            raise FileProblem(ProblemCode.OUT_OF_BOUNDS, None, f"an archive of more than {MOST_MEMBERS} files")
        for member in members:
            _require_harmless(member)
        self._members = [member for member in members if not member.is_dir()]
        if len({member.filename for member in self._members}) != len(self._members):
            raise FileProblem(ProblemCode.UNREADABLE, None, "two files of the archive have one name")

    @property
    def names(self) -> list[str]:
        """The names of its files."""
        return [member.filename for member in self._members]

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """A file of the archive as a stream that ends in a `FileProblem` where it holds more than it says."""
        member = next(each for each in self._members if each.filename == name)
        try:
            with self._zip.open(member) as packed, io.BufferedReader(_Bounded(packed, member.file_size)) as stream:
                yield stream
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError):
            raise FileProblem(ProblemCode.UNREADABLE, None, "the archive is damaged") from None


def _require_harmless(member: zipfile.ZipInfo) -> None:
    parts = member.filename.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0] or not member.filename.isprintable():
        raise FileProblem(ProblemCode.UNREADABLE, None, "a file of the archive has a path for a name")
    if member.flag_bits & _ENCRYPTED or member.compress_type not in _METHODS:
        raise FileProblem(ProblemCode.UNREADABLE, None, "the archive is encrypted or packed in an unknown way")
    if member.file_size > MOST_BYTES or member.file_size > MOST_RATIO * max(member.compress_size, 1_000):
        raise FileProblem(ProblemCode.OUT_OF_BOUNDS, None, "an archive that holds far more than its size")


class _Bounded(io.RawIOBase):
    """A packed file, which is read no further than it says that it is long."""

    def __init__(self, packed: IO[bytes], size: int) -> None:
        self._packed = packed
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]  # a raw reader is given one
        piece = self._packed.read(len(buffer))
        self._left -= len(piece)
        if self._left < 0:
            raise FileProblem(ProblemCode.OUT_OF_BOUNDS, None, "a file of the archive is longer than it says")
        buffer[: len(piece)] = piece
        return len(piece)
