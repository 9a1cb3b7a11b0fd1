"""The recipients of an order's cards, line by line; names, contacts and identities arrive and leave sealed."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from florin.storage.connect import Connection, Pool, transaction

COPY_RECIPIENTS: Final = """
COPY order_recipient (order_id, line, serial, name_encrypted, contact_encrypted, employee_number, identity_encrypted)
FROM STDIN (FORMAT binary)
"""
COLUMN_TYPES: Final = ("uuid", "int2", "int4", "bytea", "bytea", "text", "bytea")

READ_PAGE: Final = """
SELECT line, serial, name_encrypted, contact_encrypted, employee_number, identity_encrypted FROM order_recipient
WHERE order_id = %(order_id)s AND (line, serial) > (%(line)s, %(serial)s) AND name_encrypted IS NOT NULL
ORDER BY line, serial LIMIT %(limit)s
"""

COUNT: Final = """
SELECT line, count(*), count(identity_encrypted) FROM order_recipient
WHERE order_id = %(order_id)s AND name_encrypted IS NOT NULL GROUP BY line ORDER BY line
"""

# What is over: given up, never asked for, or every card has had its turn. Cards tell when, so an order that was filled
# slowly is kept from its last card on.
ORDERS_OVER: Final = """
SELECT o.id FROM corporate_order o
JOIN unnest(%(programmes)s::uuid[], %(kept_since)s::timestamptz[]) AS k (programme_id, kept_since)
  ON k.programme_id = o.programme_id
WHERE o.status IN ('draft', 'cancelled', 'activated')
  AND greatest(o.created_at, o.submitted_at, o.approved_at, o.received_at) < k.kept_since
  AND EXISTS (SELECT FROM order_recipient n WHERE n.order_id = o.id AND n.name_encrypted IS NOT NULL)
  AND NOT EXISTS (SELECT FROM order_line l JOIN card c ON c.issue_id = l.issue_id
                  WHERE l.order_id = o.id AND greatest(c.activated_at, c.sold_at) >= k.kept_since)
ORDER BY o.id LIMIT %(limit)s
"""
# An order may have a million, which no statement of the service has the time for.
FORGET: Final = """
UPDATE order_recipient r
SET name_encrypted = NULL, contact_encrypted = NULL, employee_number = NULL, identity_encrypted = NULL
FROM (SELECT order_id, line, serial FROM order_recipient
      WHERE order_id = %(order_id)s AND name_encrypted IS NOT NULL LIMIT %(limit)s) AS part
WHERE (r.order_id, r.line, r.serial) = (part.order_id, part.line, part.serial)
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
    """The next recipients of an order in the order of lines and serial numbers, after a place.

    Who has been forgotten is none of them.
    """
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


async def orders_over(pool: Pool, kept_since: Mapping[UUID, datetime], limit: int) -> Sequence[UUID]:
    """So many orders at most that were over before their programme's instant, and still know a recipient."""
    where = {"programmes": list(kept_since), "kept_since": list(kept_since.values()), "limit": limit}
    async with pool.connection() as connection:
        rows = await (await connection.execute(ORDERS_OVER, where)).fetchall()
    return [order_id for (order_id,) in rows]


async def forget_recipients(pool: Pool, order_id: UUID, limit: int) -> int:
    """Forget so many at most of those who were to get the cards of an order, and return how many that were."""
    async with transaction(pool) as connection:
        return (await connection.execute(FORGET, {"order_id": order_id, "limit": limit})).rowcount
