"""The process that reads recipients' files, ended after the first batch."""

import os
from typing import IO

from florin.batch.orders import reading_process
from florin.reading_apart import Tell

_LAST = 4_000


def short(tell: Tell) -> Tell:
    """Says what the process says, and ends it once it has said something long."""

    def tell_and_end(told: bytes) -> None:
        tell(told)
        if len(told) > _LAST:
            os._exit(0)

    return tell_and_end


def answer(file: IO[bytes], question: bytes, tell: Tell) -> None:
    """What the process would answer, and no further."""
    ANSWER(file, question, short(tell))


if __name__ == "__main__":
    ANSWER = vars(reading_process)["_answer"]
    vars(reading_process)["_answer"] = answer
    reading_process.main()
