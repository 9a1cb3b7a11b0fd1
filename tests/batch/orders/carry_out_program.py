"""Processes that carry out one instruction, each killed (SIGKILL) at a later point of its talk with the database.

    python -m tests.batch.orders.carry_out_program DATABASE_URL KEYRING INSTRUCTION PART POINTS

Child number n dies where it would wait for the database for the n-th time, so that over the whole run every statement
of a part has once been the one that was never sent.
"""

import asyncio
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Never
from uuid import UUID

import psycopg

from florin.batch.orders.carry_out import carry_out
from florin.clearing.house import ClearingHouse
from florin.crypto.keyring import Keyring
from florin.crypto.vault import Vault
from florin.settings import Settings
from florin.storage.connect import open_pool
from florin.storage.posting.engine import PostingEngine
from tests.world import NOON

_wait = psycopg.AsyncConnection.wait


def noon() -> datetime:
    """The time of the world that the instruction was given in."""
    return NOON


async def work(url: str, keyring: str, instruction: str, part: str, *, kill_at: int) -> None:
    """Carry out the instruction until it is time to die."""
    async with open_pool(url, Settings(pool_size=1)) as pool, PostingEngine(pool, clock=noon) as engine:
        house = ClearingHouse(engine, pool, Vault(Keyring.load(Path(keyring))))
        _kill_at_wait(kill_at)
        await carry_out(house, UUID(instruction), part=int(part), clock=noon)


def _kill_at_wait(number: int) -> None:
    waits = 0

    async def wait(self: psycopg.AsyncConnection[Any], *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 (psycopg's own signature is generic)
        nonlocal waits
        waits += 1
        if waits == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return await _wait(self, *arguments, **options)

    psycopg.AsyncConnection.wait = wait  # type: ignore[method-assign]  # the driver's door is where it dies


def child(url: str, keyring: str, instruction: str, part: str, *, kill_at: int) -> Never:
    """One process's life; it ends with status 0 only if it outlived its instruction."""
    asyncio.run(work(url, keyring, instruction, part, kill_at=kill_at))
    os._exit(0)


def main(url: str, keyring: str, instruction: str, part: str, points: str) -> None:
    """Let one child after another live and die; fail if one was not killed."""
    for kill_at in range(1, int(points) + 1):
        pid = os.fork()
        if pid == 0:
            child(url, keyring, instruction, part, kill_at=kill_at)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
            sys.exit(f"child {kill_at} was not killed: status {status}")


if __name__ == "__main__":
    main(*sys.argv[1:])
