"""Reading rows as dataclasses whose fields are called as the columns."""

from collections.abc import Mapping
from typing import TypeVar

from psycopg.rows import class_row

from florin.storage.connect import Pool

Row = TypeVar("Row")


async def read_rows(pool: Pool, kind: type[Row], query: str, where: Mapping[str, object]) -> list[Row]:
    """What a query finds in a transaction of its own. Columns come as the driver has them: a text is no enumeration."""
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(kind)) as cursor:
        await cursor.execute(query.encode(), where)
        return await cursor.fetchall()


async def read_row(pool: Pool, kind: type[Row], query: str, where: Mapping[str, object]) -> Row | None:
    """The first of them, if there is one."""
    found = await read_rows(pool, kind, query, where)
    return found[0] if found else None
