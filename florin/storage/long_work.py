"""Transactions that outlast a service request: proving the book and sealing a day read all of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from psycopg.types.json import Json

from florin.storage.connect import Connection, Pool

ONE_SNAPSHOT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"

SETTINGS: Final = {
    # The service's limits protect tills from each other; this work is as long as the book.
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "transaction_timeout": "0",
    # Sorting and grouping the whole book in the few megabytes of a request would be done on disk.
    "work_mem": "64MB",
}
# Older servers do not know every setting, so each is set only where it exists.
APPLY_SETTINGS: Final = """
SELECT set_config(s.name, w.value, true)
FROM json_each_text(%(settings)s) AS w (name, value) JOIN pg_settings s ON s.name = w.name
"""


@asynccontextmanager
async def one_snapshot(pool: Pool) -> AsyncIterator[Connection]:
    """A read-only transaction that sees one moment of the book, whatever is posted while it reads."""
    async with pool.connection() as connection, connection.transaction():
        await connection.execute(ONE_SNAPSHOT)
        await connection.execute(APPLY_SETTINGS, {"settings": Json(SETTINGS)})
        yield connection


@asynccontextmanager
async def long_transaction(pool: Pool, work_mem: str = SETTINGS["work_mem"]) -> AsyncIterator[Connection]:
    """A writing transaction without the service's limits; commits at the end of the block, rolls back on an error.

    ``work_mem`` is what each of its sorts and half of what each of its hash tables may take of memory, as the server
    writes it; what needs more goes through the disk.
    """
    async with pool.connection() as connection, connection.transaction():
        await connection.execute(APPLY_SETTINGS, {"settings": Json({**SETTINGS, "work_mem": work_mem})})
        yield connection
