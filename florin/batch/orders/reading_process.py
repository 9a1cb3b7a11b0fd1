"""Reading a recipients' file in a process of its own, which has no keys, no database and no more than its share.

Whoever sends a file chooses what is read: a flaw of a parser, or a file that is made to take memory or time, then costs
that process and not the one that tills wait for. The file comes to it as an open descriptor, the offer on its standard
input; on its standard output it says how far it is, what it has found, and at last the recipients, batch by batch.
"""

import asyncio
import gc
import os
import resource
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import IO, BinaryIO, Final

import msgspec

from florin.batch.orders.recipients_file import Checked, Finding, PlacedRecipient, RecipientsFile
from florin.batch.orders.sheet_row import Percent
from florin.domain.recipient_row import Offer

BATCH: Final = 1_000
MOST_MEMORY_BYTES: Final = 1 << 30
MOST_PROCESSOR_TIME_S: Final = 60
PATIENCE_S: Final = 120
"""How long a reading may take in all, waiting for a processor included."""

READER: Final = "florin.batch.orders.reading_process"
"""The module that the other process runs."""

_WIDTH: Final = 4
_OUT_OF_BOUNDS: Final = "it cannot be read within the memory and the time that a recipients' file takes"

_encode: Final = msgspec.msgpack.Encoder().encode
_offer: Final = msgspec.msgpack.Decoder(Offer).decode


class _Progress(msgspec.Struct, tag="progress"):
    percent: int


class _Result(msgspec.Struct, tag="result"):
    checked: Checked


class _Batch(msgspec.Struct, tag="batch"):
    recipients: list[PlacedRecipient]


_Message = _Progress | _Result | _Batch
_message: Final[msgspec.msgpack.Decoder[_Message]] = msgspec.msgpack.Decoder(_Message)


class Reading:
    """A file that is being read elsewhere: first `checked`, then, if it is accepted, `batches`."""

    def __init__(self, answers: asyncio.StreamReader) -> None:
        self._answers = answers

    async def checked(self, percent: Percent = lambda _percent: None) -> Checked:
        """What the file came to; one that its process could not read within its bounds has a finding that says so."""
        while True:
            match await self._next():
                case _Progress(done):
                    percent(done)
                case _Result(checked):
                    return checked
                case _:
                    return Checked(0, [], 1, [Finding(None, None, _OUT_OF_BOUNDS)])

    async def batches(self) -> AsyncIterator[Sequence[PlacedRecipient]]:
        """All recipients of an accepted file, in the order of its rows.

        Raises:
            EOFError: the process has ended before it had told all of them.
        """
        while (batch := await self._next()) is not None:
            if not isinstance(batch, _Batch):
                raise TypeError("after the result there are recipients only")
            if not batch.recipients:
                return
            yield batch.recipients
        raise EOFError("the process that reads a recipients' file has ended")

    async def _next(self) -> _Message | None:
        try:
            length = int.from_bytes(await self._answers.readexactly(_WIDTH))
            return _message.decode(await self._answers.readexactly(length))
        except asyncio.IncompleteReadError:
            return None


@asynccontextmanager
async def reading(file: IO[bytes], offer: Offer) -> AsyncIterator[Reading]:
    """Have a file read, from its beginning, in a process that ends with the block or after `PATIENCE_S`.

    ``file`` has a descriptor; nothing else may read it meanwhile.
    """
    descriptor = file.fileno()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", READER, str(descriptor)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        pass_fds=(descriptor,),
        # Nothing of ours: settings hold passwords. A Ctrl-C is for whoever waits for the process, not for the process.
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        start_new_session=True,
    )
    if process.stdin is None or process.stdout is None:
        raise TypeError("both were asked for")
    clock = asyncio.get_running_loop().call_later(PATIENCE_S, _end, process)
    try:
        process.stdin.write(_encode(offer))
        process.stdin.close()
        yield Reading(process.stdout)
    finally:
        clock.cancel()
        _end(process)
        await process.wait()


def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()


def main() -> None:
    """The other process: read the file of that descriptor, and answer."""
    _bind_hands()
    _answer(int(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)


def _bind_hands() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_PROCESSOR_TIME_S, MOST_PROCESSOR_TIME_S))
    # No file is written, and no core with the names of people in it.
    for each in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(each, (0, 0))
    # Tills go first.
    os.nice(10)
    # Nothing here makes cycles, and what is kept is kept to the end.
    gc.disable()


def _answer(descriptor: int, questions: BinaryIO, answers: BinaryIO) -> None:
    def tell(message: _Message) -> None:
        told = _encode(message)
        answers.write(len(told).to_bytes(_WIDTH) + told)
        answers.flush()

    reader = RecipientsFile(_offer(questions.read()))
    with os.fdopen(descriptor, "rb") as file:
        checked = reader.check(file, lambda percent: tell(_Progress(percent)))
    tell(_Result(checked))
    if checked.is_accepted:
        for begin in range(0, len(reader.recipients), BATCH):
            tell(_Batch(reader.recipients[begin : begin + BATCH]))
        tell(_Batch([]))


if __name__ == "__main__":
    main()
