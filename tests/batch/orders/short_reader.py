"""The process that reads recipients' files, ended after the first batch."""

import os
from typing import BinaryIO

from florin.batch.orders import reading_process

_LAST = 4_000


class Short:
    """Takes what the process says, and ends it once it has said something long."""

    def __init__(self, answers: BinaryIO) -> None:
        self._answers = answers

    def write(self, told: bytes) -> None:
        self._answers.write(told)
        if len(told) > _LAST:
            self._answers.flush()
            os._exit(0)

    def flush(self) -> None:
        self._answers.flush()


if __name__ == "__main__":
    answer = vars(reading_process)["_answer"]
    vars(reading_process)["_answer"] = lambda descriptor, questions, answers: answer(
        descriptor, questions, Short(answers)
    )
    reading_process.main()
