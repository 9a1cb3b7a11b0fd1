"""Reading what others send in a process of its own, which has no keys, no database and no more than its share.

Whoever sends a file chooses what is read: a flaw of a parser, or a file that is made to take memory or time, then costs
that process and not the one that tills wait for. The file comes to it as an open descriptor and the question on its
standard input; on its standard output it answers, message by message.
"""

import asyncio
import os
import resource
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import IO, Final

_WIDTH: Final = 4

Tell = Callable[[bytes], None]
"""Sends a message to whoever waits."""

_OF_ITS_OWN: Final = frozenset({signal.SIGXCPU, signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE})
"""The signals that end a process for what it does itself, and that would end it again."""


class Reading:
    """A file that is being read elsewhere."""

    def __init__(self, process: asyncio.subprocess.Process, answers: asyncio.StreamReader) -> None:
        self._process, self._answers = process, answers
        self.took_too_long = False

    async def next(self) -> bytes | None:
        """The next message; None once the process has ended."""
        try:
            length = int.from_bytes(await self._answers.readexactly(_WIDTH))
            return await self._answers.readexactly(length)
        except asyncio.IncompleteReadError:
            return None

    async def ended_by_itself(self) -> bool:
        """Whether an ended process was at fault: out of its bounds, or broken by what it read; not killed by others."""
        return self.took_too_long or -await self._process.wait() in _OF_ITS_OWN

    def end(self) -> None:
        """End the process, if it has not ended."""
        if self._process.returncode is None:
            self._process.kill()


@asynccontextmanager
async def reading_apart(reader: str, file: IO[bytes], question: bytes, patience_s: float) -> AsyncIterator[Reading]:
    """Have a file read by a process that ends with the block, or after ``patience_s``.

    ``reader`` is the module that it runs, which calls `answer_apart`; ``file`` has a descriptor, and nothing else may
    read it meanwhile.
    """
    descriptor = file.fileno()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", reader, str(descriptor)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        pass_fds=(descriptor,),
        # Nothing of ours: settings hold passwords. A Ctrl-C is for whoever waits for the process, not for the process.
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        start_new_session=True,
    )
    if process.stdin is None or process.stdout is None:
        raise TypeError("both were asked for")
    read = Reading(process, process.stdout)

    def give_up() -> None:
        read.took_too_long = True
        read.end()

    clock = asyncio.get_running_loop().call_later(patience_s, give_up)
    try:
        process.stdin.write(question)
        process.stdin.close()
        yield read
    finally:
        clock.cancel()
        read.end()
        await process.wait()


def answer_apart(answer: Callable[[IO[bytes], bytes, Tell], None], memory_bytes: int, processor_time_s: int) -> None:
    """The other process: read the file whose descriptor it was given, within bounds, and answer the question."""
    _bind_hands(memory_bytes, processor_time_s)
    answers = sys.stdout.buffer

    def tell(told: bytes) -> None:
        answers.write(len(told).to_bytes(_WIDTH) + told)
        answers.flush()

    question = sys.stdin.buffer.read()
    with os.fdopen(int(sys.argv[1]), "rb") as file:
        file.seek(0)
        answer(file, question, tell)


def _bind_hands(memory_bytes: int, processor_time_s: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (processor_time_s, processor_time_s))
    # No file is written, and no core with the names of people in it.
    for each in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(each, (0, 0))
    # Tills go first.
    os.nice(10)
