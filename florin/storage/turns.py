"""Whose turn it is to do a piece of work of which there is to be one at a time in all processes together.

A turn is an advisory lock of a session: it ends with the process, however that ends, and no clock has a say in it. So
work that is cut off is taken up at once by another process, and a clock that jumps gives nobody a turn too many.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

from florin.storage.connect import Connection, Pool

TAKE: Final = "SELECT pg_try_advisory_lock(%(lock)s)"
GIVE_BACK: Final = "SELECT pg_advisory_unlock(%(lock)s)"

EITHER_TURN: Final = UUID("65697468-0000-7000-8000-6e6f74696365")
MAIL_TURN: Final = UUID("6d61696c-0000-7000-8000-6e6f74696365")
SMS_TURN: Final = UUID("736d7300-0000-7000-8000-6e6f74696365")


class Turns:
    """The turns that this process has. They share one connection, which goes back to the pool when none is left."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._taken: set[UUID] = set()
        self._connection: Connection | None = None
        self._users = 0
        self._lending = asyncio.Lock()

    @asynccontextmanager
    async def at(self, work: UUID) -> AsyncIterator[bool]:
        """Whether it is the caller's turn at this work; it ends with the block."""
        # A session gets its own lock a second time, so whoever is at it in this process is asked first.
        if work in self._taken:
            yield False
            return
        self._taken.add(work)
        lock = {"lock": int.from_bytes(work.bytes[8:], signed=True) ^ int.from_bytes(work.bytes[:8], signed=True)}
        try:
            async with self._shared() as connection:
                (is_ours,) = await (await connection.execute(TAKE, lock)).fetchone() or (False,)
                try:
                    yield bool(is_ours)
                finally:
                    if is_ours and not connection.closed:
                        await connection.execute(GIVE_BACK, lock)
        finally:
            self._taken.discard(work)

    @asynccontextmanager
    async def _shared(self) -> AsyncIterator[Connection]:
        async with self._lending:
            lost = self._connection
            if lost is None or lost.closed:
                if lost is not None:
                    await self._pool.putconn(lost)
                self._connection, self._users = await self._pool.getconn(), 0
            connection = self._connection or await self._pool.getconn()
            self._users += 1
        try:
            yield connection
        finally:
            async with self._lending:
                await self._give_back(connection)

    async def _give_back(self, connection: Connection) -> None:
        # One that was lost has been given back by whoever took another one.
        if connection is not self._connection:
            return
        self._users -= 1
        if self._users == 0:
            self._connection = None
            await self._pool.putconn(connection)


@asynccontextmanager
async def open_turns(pool: Pool) -> AsyncIterator[Turns]:
    """Turns for as long as the block lasts."""
    yield Turns(pool)
