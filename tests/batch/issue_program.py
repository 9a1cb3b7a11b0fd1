"""Processes that fill one issue, each killed (SIGKILL) at a later point of its conversation with the database.

    python -m tests.batch.issue_program DATABASE_URL KEYRING ISSUE CHUNK POINTS

Child number n dies where it would wait for the database for the n-th time, so that over the whole run every statement
of a chunk has once been the one that was never sent.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any, Never
from uuid import UUID

import psycopg

from florin.batch.issue import fill_issue
from florin.crypto.keyring import Keyring
from florin.crypto.vault import Vault
from florin.settings import Settings
from florin.storage.connect import open_pool

_wait = psycopg.AsyncConnection.wait


async def fill(url: str, keyring: str, issue: str, chunk: str, *, kill_at: int) -> None:
    """Fill the issue until it is time to die."""
    async with open_pool(url, Settings(pool_size=1)) as pool:
        _kill_at_wait(kill_at)
        await fill_issue(pool, Vault(Keyring.load(Path(keyring))), UUID(issue), chunk=int(chunk))


def _kill_at_wait(number: int) -> None:
    waits = 0

    async def wait(self: psycopg.AsyncConnection[Any], *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 (psycopg's own signature is generic)
        nonlocal waits
        waits += 1
        if waits == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return await _wait(self, *arguments, **options)

    psycopg.AsyncConnection.wait = wait  # type: ignore[method-assign]  # the driver's door is where it dies


def child(url: str, keyring: str, issue: str, chunk: str, *, kill_at: int) -> Never:
    """One process's life; it ends with status 0 only if it outlived its issue."""
    asyncio.run(fill(url, keyring, issue, chunk, kill_at=kill_at))
    os._exit(0)


def main(url: str, keyring: str, issue: str, chunk: str, points: str) -> None:
    """Let one child after another live and die; fail if one was not killed."""
    for kill_at in range(1, int(points) + 1):
        pid = os.fork()
        if pid == 0:
            child(url, keyring, issue, chunk, kill_at=kill_at)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
            sys.exit(f"child {kill_at} was not killed: status {status}")


if __name__ == "__main__":
    main(*sys.argv[1:])
