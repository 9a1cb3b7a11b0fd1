"""Text files line by line, each with its number, and never more than one line in memory."""

from collections.abc import Iterator
from typing import IO, Final

from florin.domain.statement_file import FileProblem, ProblemCode

LONGEST_LINE_BYTES: Final = 64 * 1024
"""Lines of statements have a few hundred; whoever sends longer ones sends something else."""

_MARK: Final = b"\xef\xbb\xbf"


def numbered_lines(stream: IO[bytes], *encodings: str) -> Iterator[tuple[int, str]]:
    """Each line without its end, counted from 1, in the first of the encodings that it can be in.

    A byte order mark of UTF-8 is left out.

    Raises:
        FileProblem: a line that is in none of the encodings, has a NUL or is too long.
    """
    number = 0
    while raw := stream.readline(LONGEST_LINE_BYTES + 1):
        number += 1
        if len(raw) > LONGEST_LINE_BYTES:
            raise FileProblem(ProblemCode.OUT_OF_BOUNDS, number, f"a line of more than {LONGEST_LINE_BYTES} bytes")
        if number == 1:
            raw = raw.removeprefix(_MARK)
        yield number, _decoded(raw.rstrip(b"\r\n"), number, encodings)


def _decoded(raw: bytes, number: int, encodings: tuple[str, ...]) -> str:
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise FileProblem(ProblemCode.UNREADABLE, number, f"not a line of text in {' or '.join(encodings)}")
