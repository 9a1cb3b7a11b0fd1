"""Reading a large file of statements in a process of its own, which has neither the book nor a key.

It is asked for a format, and answers with what stands in the file, some hundred lines at a time, or with why the file
cannot be taken in. What names people is sealed by whoever asked: who reads what others have sent gets no key.
"""

from collections.abc import AsyncGenerator, Sequence
from itertools import islice
from typing import IO, Final

import msgspec

from florin.domain.column_mapping import ColumnMapping
from florin.domain.statement_file import FileFormat, FileProblem, ProblemCode, StatementOpened
from florin.domain.statement_line import StatementLine
from florin.domain.statement_totals import Footed, StatementFooted
from florin.reading_apart import Tell, answer_apart, reading_apart
from florin.reconciliation.files.read_file import read_file

BATCH: Final = 250
"""How many lines are handed over at once: whoever writes them has tills that wait."""

MOST_MEMORY_BYTES: Final = 1 << 30
MOST_PROCESSOR_TIME_S: Final = 1_800
PATIENCE_S: Final = 7_200
"""How long a reading may take in all, waiting for a processor and for what is written meanwhile included."""

READER: Final = "florin.reconciliation.reading_process"
"""The module that the other process runs."""

_OUT_OF_BOUNDS: Final = "it cannot be read within the memory and the time that a file takes"


class _Question(msgspec.Struct):
    form: FileFormat
    currency: str
    columns: ColumnMapping | None


class _Opened(msgspec.Struct, tag="opened"):
    piece: StatementOpened


class _Footed(msgspec.Struct, tag="footed"):
    piece: StatementFooted


class _Problem(msgspec.Struct, tag="problem"):
    code: ProblemCode
    line_number: int | None
    detail: str


_Answer = _Problem | list[_Opened | _Footed | StatementLine]

_encode: Final = msgspec.msgpack.Encoder().encode
_question: Final = msgspec.msgpack.Decoder(_Question).decode
_answer_of: Final[msgspec.msgpack.Decoder[_Answer]] = msgspec.msgpack.Decoder(_Answer)


async def read_apart(
    file: IO[bytes], form: FileFormat, currency: str, columns: ColumnMapping | None
) -> AsyncGenerator[Sequence[Footed]]:
    """What `read_file` yields, some of it at a time, read by a process that ends with the loop over it.

    ``file`` has a descriptor; nothing else may read it meanwhile.

    Raises:
        FileProblem: why the file cannot be taken in.
        EOFError: the process was ended from outside; nothing is known of the file then.
    """
    async with reading_apart(READER, file, _encode(_Question(form, currency, columns)), PATIENCE_S) as read:
        while (told := await read.next()) is not None:
            answer = _answer_of.decode(told)
            if isinstance(answer, _Problem):
                raise FileProblem(answer.code, answer.line_number, answer.detail)
            if not answer:
                return
            yield [each if isinstance(each, StatementLine) else each.piece for each in answer]
        if await read.ended_by_itself():
            raise FileProblem(ProblemCode.OUT_OF_BOUNDS, None, _OUT_OF_BOUNDS)
    raise EOFError("the process that reads a file of statements has ended")


def main() -> None:
    """The other process: read the file, and answer."""
    answer_apart(_answer, MOST_MEMORY_BYTES, MOST_PROCESSOR_TIME_S)


def _answer(file: IO[bytes], question: bytes, tell: Tell) -> None:
    asked = _question(question)
    try:
        pieces = read_file(asked.form, file, asked.currency, asked.columns)
        while some := [_told(each) for each in islice(pieces, BATCH)]:
            tell(_encode(some))
    except FileProblem as problem:
        tell(_encode(_Problem(problem.code, problem.line_number, problem.detail)))
    except MemoryError:
        tell(_encode(_Problem(ProblemCode.OUT_OF_BOUNDS, None, _OUT_OF_BOUNDS)))
    else:
        tell(_encode([]))


def _told(piece: Footed) -> _Opened | _Footed | StatementLine:
    if isinstance(piece, StatementLine):
        return piece
    return _Opened(piece) if isinstance(piece, StatementOpened) else _Footed(piece)


if __name__ == "__main__":
    main()
