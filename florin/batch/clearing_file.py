"""Reading a clearing file: checked as a whole before any of it is posted, a line at a time, whatever its size."""

import codecs
import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, NamedTuple

from florin.batch.clearing_line import COLUMNS, ClearingLine, MalformedLine, read_line
from florin.domain.money import UnknownCurrency, format_minor

MOST_LINES: Final = 1_000_000
LONGEST_LINE_BYTES: Final = 1_000
FINDINGS_SHOWN: Final = 100
"""How many findings a refusal names; it counts them all."""

TRAILER: Final = "trailer"
_COUNT: Final = re.compile(r"0|[1-9][0-9]{0,8}")
_HEADER: Final = ",".join(COLUMNS)
_TRAILER_COLUMNS: Final = 4
_EMPTY: Final = "an empty line"


class FileFinding(NamedTuple):
    """What is wrong with one line, counted from 1."""

    line: int
    reason: str


class LastFinding(FileFinding):
    """A finding that tells by itself why no trailer is read: without its header or its end a file has none."""


class FileRefused(Exception):
    """The file is not a clearing file from beginning to end, and nothing of it was posted."""

    def __init__(self, findings: list[FileFinding], found: int) -> None:
        super().__init__(f"the file is refused, nothing was posted: {found} findings")
        self.findings = findings
        self.found = found


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that foots. ``sha256`` is the digest of all its bytes, ``lines`` counts purchases and refunds."""

    path: Path
    sha256: bytes
    lines: int
    total_minor: int
    currency: str
    stamp: tuple[int, int]


class Trailer(NamedTuple):
    """What the last line says: how many lines there are and what their amounts add up to, in units."""

    lines: int
    total: str
    currency: str


Record = ClearingLine | Trailer | FileFinding


@dataclass(slots=True)
class _Check:
    """What a reading has added up, and what it has found."""

    lines: int = 0
    total_minor: int = 0
    currency: str | None = None
    trailer: Trailer | None = None
    last: int = 0
    is_cut_short: bool = True
    found: int = 0
    findings: list[FileFinding] = field(default_factory=list)

    def take(self, number: int, record: Record) -> None:
        if self.trailer is not None:
            if record != FileFinding(number, _EMPTY):
                self.last = number
                self.find(number, "a line after the trailer")
            return
        self.last = number
        match record:
            case FileFinding():
                self.find(*record)
                self.is_cut_short = self.is_cut_short and not isinstance(record, LastFinding)
            case Trailer():
                self.trailer = record
            case ClearingLine():
                self.lines += 1
                self.total_minor += record.amount_minor
                self.currency = self.currency or record.currency
                if record.currency != self.currency:
                    self.find(number, f"currency: the lines before are in {self.currency}")

    def find(self, line: int, reason: str) -> None:
        self.found += 1
        if len(self.findings) < FINDINGS_SHOWN:
            self.findings.append(FileFinding(line, reason))

    def foot(self) -> None:
        """Compare the trailer with what the lines add up to. After findings the lines are known not to."""
        if self.trailer is not None:
            if not self.found:
                self._compare(self.trailer)
        elif self.is_cut_short:
            self.find(self.last + 1, "the file ends without a trailer: it has been cut short")

    def _compare(self, trailer: Trailer) -> None:
        if trailer.lines != self.lines:
            self.find(self.last, f"the trailer counts {trailer.lines} lines, the file has {self.lines}")
        if self.currency not in (None, trailer.currency):
            self.find(self.last, f"the trailer is in {trailer.currency}, the lines are in {self.currency}")
            return
        try:
            total = format_minor(self.total_minor, trailer.currency)
        except UnknownCurrency:
            self.find(self.last, "the trailer's currency is not accepted here")
            return
        if trailer.total != total:
            self.find(self.last, f"the trailer's total is not {total}, which the lines add up to")


def check_file(path: Path) -> CheckedFile:
    """Read the whole file once and return what it adds up to.

    Raises:
        FileRefused: with a finding for every line that is wrong.
        OSError: it cannot be read.
    """
    digest = hashlib.sha256()
    check = _Check()
    with path.open("rb") as file:
        stamp = stamp_of(path)
        for number, record in read_records(file, digest):
            check.take(number, record)
    check.foot()
    if check.findings or check.trailer is None:
        raise FileRefused(check.findings, check.found)
    return CheckedFile(path, digest.digest(), check.lines, check.total_minor, check.trailer.currency, stamp)


def stamp_of(path: Path) -> tuple[int, int]:
    """Size in bytes and time of the last change in nanoseconds, by which a file that was changed is noticed."""
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def read_records(file: IO[bytes], digest: "hashlib._Hash | None" = None) -> Iterator[tuple[int, Record]]:
    """Every line behind the header with its number: what it says, or what is wrong with it."""
    for number, raw in enumerate(_raw_lines(file, digest), 1):
        if number > MOST_LINES + 2:
            yield number, LastFinding(number, f"more than {MOST_LINES} lines: send several files")
            return
        if number > 1:
            yield number, _record(number, raw)
        elif raw.removeprefix(codecs.BOM_UTF8).rstrip(b"\r\n") != _HEADER.encode():
            yield number, LastFinding(number, _what_is_no_header(raw))
            return


def _raw_lines(file: IO[bytes], digest: "hashlib._Hash | None") -> Iterator[bytes]:
    """Lines of at most `LONGEST_LINE_BYTES` and one more, so that no line fills the memory; the digest sees all."""
    begun = True
    while part := file.readline(LONGEST_LINE_BYTES + 1):
        if digest is not None:
            digest.update(part)
        if begun:
            yield part
        begun = part.endswith(b"\n")


def _what_is_no_header(raw: bytes) -> str:
    # A text in UTF-16 has a zero byte in every letter of ours; a binary file has one soon enough.
    if b"\0" in raw or raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "the file is not in UTF-8: it is in UTF-16, or no text at all; write it as CSV in UTF-8"
    return f"the header is not {_HEADER}"


def _record(number: int, raw: bytes) -> Record:
    if not raw.strip():
        return FileFinding(number, _EMPTY)
    if len(raw) > LONGEST_LINE_BYTES:
        return FileFinding(number, f"longer than {LONGEST_LINE_BYTES} bytes")
    try:
        text = raw.decode("utf-8").removesuffix("\n").removesuffix("\r")
        values = next(csv.reader([text], strict=True), [])
        return _trailer(number, values) if values[:1] == [TRAILER] else read_line(values)
    except UnicodeDecodeError:
        return FileFinding(number, "not UTF-8")
    except (MalformedLine, csv.Error) as error:
        return FileFinding(number, str(error))


def _trailer(number: int, values: list[str]) -> Trailer | LastFinding:
    if len(values) != _TRAILER_COLUMNS or not _COUNT.fullmatch(values[1]):
        return LastFinding(number, "the trailer is: trailer, number of lines, sum of amounts, currency")
    return Trailer(int(values[1]), values[2], values[3])
