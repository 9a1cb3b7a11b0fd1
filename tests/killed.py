"""Processes of a test that die (SIGKILL) in the middle of their work."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import psycopg

_wait = psycopg.AsyncConnection.wait


def die_at_wait(number: int) -> None:
    """Let this process be killed where it would wait for the database for the ``number``-th time from now on."""
    waits = 0

    async def wait(self: psycopg.AsyncConnection[Any], *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 (psycopg's own signature is generic)
        nonlocal waits
        waits += 1
        if waits == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return await _wait(self, *arguments, **options)

    psycopg.AsyncConnection.wait = wait  # type: ignore[method-assign]  # the driver's door is where it dies


def die_one_after_another(points: Iterable[int], live: Callable[[int], Coroutine[Any, Any, None]]) -> None:
    """Let a child process live for each point, and exit with a complaint if one outlived its work."""
    for point in points:
        pid = os.fork()
        if pid == 0:
            asyncio.run(live(point))
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
            sys.exit(f"the child that was to die at {point} was not killed: status {status}")
