"""Worker processes: each answers on a socket of its own; their parent starts them, replaces the dead, and stops them.

Python runs on one core a process, so a service that is to use a whole machine is several processes. They share nothing
but the database, whose locks and constraints decide every race (ADR 0010).
"""

import asyncio
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Final

from uvicorn.loops.auto import auto_loop_factory

from florin.api.logs import configure_logs
from florin.api.shared_figures import shared_figures
from florin.cli.house import open_house
from florin.cli.kept_process import KeptProcess
from florin.cli.listening import LAST_ANSWERS_S
from florin.cli.running import run
from florin.settings import Settings

_LAST_COMMITS_S: Final = LAST_ANSWERS_S + 15
"""How long a worker may take to stop before it is killed."""


async def answer_in_processes(
    settings: Settings, listeners: Sequence[socket.socket], on_ready: Callable[[], None]
) -> None:
    """Answer on every listener, in a process each, until SIGTERM or Ctrl-C; returns after the last answer.

    A process that dies is replaced, and connections wait in its listener's queue meanwhile.
    """
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    with shared_figures():
        workers = [KeptProcess(_work, settings, each, patience_s=_LAST_COMMITS_S) for each in listeners]
        tasks = [asyncio.create_task(each.keep_running()) for each in workers]
        ready = asyncio.create_task(_all_ready(workers, on_ready))
        await stopping.wait()
        # Whoever comes now is refused at once, rather than left in a queue that nobody serves.
        for listener in listeners:
            listener.close()
        for task in (ready, *tasks):
            task.cancel()
        await asyncio.gather(ready, *tasks, return_exceptions=True)


async def _all_ready(workers: Sequence[KeptProcess], on_ready: Callable[[], None]) -> None:
    for each in workers:
        await each.ready.wait()
    on_ready()


# What runs in a worker ------------------------------------------------------------------------------------------------


def _work(settings: Settings, listener: socket.socket, parent: Connection) -> None:
    run(_answer(settings, listener, parent), loop_factory=auto_loop_factory())


async def _answer(settings: Settings, listener: socket.socket, parent: Connection) -> None:
    from florin.cli.answering import answer_requests  # noqa: PLC0415 (seconds of imports that the parent does without)

    # In here, because a command that is run logs as commands do.
    configure_logs(settings.log_level, settings.log_format)

    def tell_ready() -> None:
        # A parent that has gone meanwhile is noticed at the other end of the pipe.
        with suppress(BrokenPipeError):
            parent.send_bytes(b"ready")

    async with open_house(settings) as house:
        await answer_requests(house.clearing, settings, listener, tell_ready, stop_at=parent.fileno())
