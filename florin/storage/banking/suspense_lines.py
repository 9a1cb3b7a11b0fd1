"""What the line behind an item says of its sender, sealed as it came."""

from typing import Final
from uuid import UUID

from florin.storage.connect import Pool

DETAILS: Final = "SELECT details_encrypted FROM statement_line WHERE id = %(line_id)s"


async def line_of_item(pool: Pool, line_id: UUID) -> bytes | None:
    """The sealed details of a line; None where it tells of nobody."""
    async with pool.connection() as connection:
        row = await (await connection.execute(DETAILS, {"line_id": line_id})).fetchone()
    return None if row is None else row[0]
