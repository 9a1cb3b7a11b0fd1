"""The recipients of an order's cards, line by line; names, contacts and identities arrive and leave sealed."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from florin.storage.connect import Connection

COPY_RECIPIENTS: Final = """
COPY order_recipient (order_id, line, serial, name_encrypted, contact_encrypted, employee_number, identity_encrypted)
FROM STDIN (FORMAT binary)
"""
COLUMN_TYPES: Final = ("uuid", "int2", "int4", "bytea", "bytea", "text", "bytea")

READ_PAGE: Final = """
SELECT line, serial, name_encrypted, contact_encrypted, employee_number, identity_encrypted FROM order_recipient
WHERE order_id = %(order_id)s AND (line, serial) > (%(line)s, %(serial)s)
ORDER BY line, serial LIMIT %(limit)s
"""

COUNT: Final = """
SELECT line, count(*), count(identity_encrypted) FROM order_recipient
WHERE order_id = %(order_id)s GROUP BY line ORDER BY line
"""

PAGE: Final = 1_000
BEFORE_ALL: Final = (0, 0)
"""The place before the first recipient."""

Place = tuple[int, int]
"""Line, and serial number within the line."""


class SealedRecipient(NamedTuple):
    """The recipient of the card with that serial number of the line, personal data sealed."""

    line: int
    serial: int
    name_encrypted: bytes
    contact_encrypted: bytes
    employee_number: str | None
    identity_encrypted: bytes | None

    @property
    def place(self) -> Place:
        """Where the recipient stands in the order."""
        return self.line, self.serial


class RecipientCount(NamedTuple):
    """How many recipients a line has, and how many of them with an identity document."""

    line: int
    recipients: int
    with_identity: int


async def add_recipients(connection: Connection, order_id: UUID, recipients: Iterable[SealedRecipient]) -> None:
    """Write recipients of lines that exist, in the caller's transaction, which holds the order's row lock."""
    async with connection.cursor() as cursor, cursor.copy(COPY_RECIPIENTS) as copy:
        copy.set_types(COLUMN_TYPES)
        for each in recipients:
            await copy.write_row((order_id, *each))


async def read_recipients(
    connection: Connection, order_id: UUID, after: Place = BEFORE_ALL, limit: int = PAGE
) -> Sequence[SealedRecipient]:
    """The next recipients of an order in the order of lines and serial numbers, after a place."""
    wanted = {"order_id": order_id, "line": after[0], "serial": after[1], "limit": limit}
    rows = await (await connection.execute(READ_PAGE, wanted)).fetchall()
    return [SealedRecipient(*row) for row in rows]


async def all_recipients(connection: Connection, order_id: UUID) -> AsyncIterator[Sequence[SealedRecipient]]:
    """All recipients of an order, page by page, as of the caller's transaction's locks."""
    after: Place = BEFORE_ALL
    while page := await read_recipients(connection, order_id, after):
        yield page
        after = page[-1].place


async def count_recipients(connection: Connection, order_id: UUID) -> list[RecipientCount]:
    """How many recipients each line of an order has; lines without any are left out."""
    return [RecipientCount(*row) for row in await (await connection.execute(COUNT, {"order_id": order_id})).fetchall()]
