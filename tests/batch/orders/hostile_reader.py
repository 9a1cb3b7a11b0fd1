"""The process that reads recipients' files, taken over: it does what the file tells it to."""

import os
import signal
import tempfile
from collections.abc import Callable, Mapping
from typing import IO, Final

from florin.batch.orders import reading_process
from florin.batch.orders.recipients_file import Checked, Finding, RecipientsFile
from florin.batch.orders.sheet_row import Percent


def _tell_environment() -> str:
    return " ".join(sorted(os.environ))


def _take_memory() -> str:
    return str(len(bytearray(reading_process.MOST_MEMORY_BYTES)))


def _write() -> str:
    with tempfile.TemporaryFile() as file:
        file.write(b"x")
    return "written"


def _wait() -> str:
    signal.pause()
    return "woken"


def _end() -> str:
    os._exit(0)


DEEDS: Final[Mapping[bytes, Callable[[], str]]] = {
    b"tell": _tell_environment,
    b"memory": _take_memory,
    b"write": _write,
    b"wait": _wait,
    b"end": _end,
}


class TakenOver(RecipientsFile):
    """Finds what came of the deed."""

    def check(self, file: IO[bytes], percent: Percent) -> Checked:
        del percent
        file.seek(0)
        return Checked(0, [], 1, [Finding(None, None, DEEDS[file.read()]())])


if __name__ == "__main__":
    vars(reading_process)["RecipientsFile"] = TakenOver
    reading_process.main()
