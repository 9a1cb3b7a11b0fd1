"""Reading a recipients' file in a process of its own: what it says, and how much of a processor it may have.

The offer is what it is asked; it says how far it is, what it has found, and at last the recipients, batch by batch.
"""

import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import IO, Final

import msgspec

from florin.batch.orders.recipients_file import Checked, Finding, PlacedRecipient, RecipientsFile
from florin.batch.orders.sheet_row import Percent
from florin.domain.recipient_row import Offer
from florin.reading_apart import Reading, Tell, answer_apart, reading_apart

BATCH: Final = 1_000
MOST_MEMORY_BYTES: Final = 1 << 30
MOST_PROCESSOR_TIME_S: Final = 60
PATIENCE_S: Final = 120
"""How long a reading may take in all, waiting for a processor included."""

READER: Final = "florin.batch.orders.reading_process"
"""The module that the other process runs."""

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


class ReadingRecipients:
    """A file that is being read elsewhere: first `checked`, then, if it is accepted, `batches`."""

    def __init__(self, read: Reading) -> None:
        self._read = read

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
        told = await self._read.next()
        return None if told is None else _message.decode(told)


@asynccontextmanager
async def reading(file: IO[bytes], offer: Offer) -> AsyncIterator[ReadingRecipients]:
    """Have a file read, from its beginning, in a process that ends with the block or after `PATIENCE_S`.

    ``file`` has a descriptor; nothing else may read it meanwhile.
    """
    async with reading_apart(READER, file, _encode(offer), PATIENCE_S) as read:
        yield ReadingRecipients(read)


def main() -> None:
    """The other process: read the file, and answer."""
    # Nothing here makes cycles, and what is kept is kept to the end.
    gc.disable()
    answer_apart(_answer, MOST_MEMORY_BYTES, MOST_PROCESSOR_TIME_S)


def _answer(file: IO[bytes], question: bytes, tell: Tell) -> None:
    reader = RecipientsFile(_offer(question))
    checked = reader.check(file, lambda percent: tell(_encode(_Progress(percent))))
    tell(_encode(_Result(checked)))
    if checked.is_accepted:
        for begin in range(0, len(reader.recipients), BATCH):
            tell(_encode(_Batch(reader.recipients[begin : begin + BATCH])))
        tell(_encode(_Batch([])))


if __name__ == "__main__":
    main()
