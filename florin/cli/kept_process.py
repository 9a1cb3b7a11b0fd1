"""A process beside this one, which is replaced when it dies and does not outlive its parent."""

import asyncio
import multiprocessing
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, Final

import structlog

from florin.api.shared_figures import forget_process

_REST_S: Final = 1
"""A process that dies at its start must not be started again as fast as the machine can."""

# Not forked: a fork would inherit the parent's connections and event loop.
_PROCESSES: Final = multiprocessing.get_context("spawn")
_log: Final = structlog.get_logger("florin.processes")


class KeptProcess:
    """One place at the counter: a process, and the one that takes over when it dies.

    A pipe tells each side about the other: the process sends one message when it is ready, and reads the pipe's end
    when its parent wants it to stop or is gone.
    """

    def __init__(self, work: Callable[..., None], *arguments: object, patience_s: float) -> None:
        """A process that calls ``work`` with the arguments and its end of the pipe, and may take so long to stop."""
        self.ready = asyncio.Event()
        self._work = work
        self._arguments = arguments
        self._patience_s = patience_s

    async def keep_running(self) -> None:
        """Start the process, and another when it ends, until cancelled; then stop it and wait for its end."""
        while True:
            process, pipe = self._start()
            try:
                with pipe:
                    await _readable(pipe.fileno())
                    self.ready.set()
                    await _readable(process.sentinel)
            finally:
                await self._ended(process)
            _log.error("process_ended", what=self._work.__name__, process=process.pid, exit_code=process.exitcode)
            await asyncio.sleep(_REST_S)

    def _start(self) -> tuple[SpawnProcess, Connection]:
        ours, theirs = _PROCESSES.Pipe()
        with theirs:
            arguments: tuple[Any, ...] = (*self._arguments, theirs)
            process = _PROCESSES.Process(target=self._work, args=arguments)
            process.start()
        return process, ours

    async def _ended(self, process: SpawnProcess) -> None:
        """Wait for a process that has been told to stop; one that does not is killed."""
        with suppress(TimeoutError):
            await asyncio.wait_for(_readable(process.sentinel), self._patience_s)
        process.kill()
        process.join()
        forget_process(process.pid)


async def _readable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    loop.add_reader(descriptor, readable.set)
    try:
        await readable.wait()
    finally:
        loop.remove_reader(descriptor)
