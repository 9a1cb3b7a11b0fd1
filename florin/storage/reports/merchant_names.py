"""What merchants are called in reports."""

from typing import Final
from uuid import UUID

from florin.storage.connect import Connection

NAMES: Final = "SELECT id, name || ' (' || code || ')' FROM merchant"


async def read_merchant_names(connection: Connection) -> dict[UUID, str]:
    """The name and code of every merchant, by its id."""
    return dict(await (await connection.execute(NAMES)).fetchall())
