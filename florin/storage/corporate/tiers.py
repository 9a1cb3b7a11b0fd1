"""The tiers of programmes, and which of them a customer has reached."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final, NamedTuple
from uuid import UUID

from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool

from florin.domain.corporate_order import WHOLE_PRICE_BASIS_POINTS
from florin.domain.tiers import Ladder, Tier, tier_at
from florin.storage.connect import Connection, Pool

READ_LADDER: Final = """
SELECT name, from_minor, price_basis_points FROM tier
WHERE programme_id = %(programme_id)s AND ladder = %(ladder)s ORDER BY from_minor
"""
LADDER_OF_CUSTOMER: Final = """
SELECT t.name, t.from_minor, t.price_basis_points
FROM customer c JOIN tier t ON t.programme_id = c.programme_id AND t.ladder = 'group'
WHERE c.id = %(customer_id)s ORDER BY t.from_minor
"""
# What was sent back has not been brought in; each of these rows is a journal on the customer's funding account.
RECEIVED: Final = """
SELECT coalesce((SELECT sum(amount_minor) FROM receipt WHERE customer_id = %(customer_id)s), 0)::bigint
     - coalesce((SELECT sum(amount_minor) FROM funding_refund
                 WHERE customer_id = %(customer_id)s AND status IN ('approved', 'paid')), 0)::bigint
"""
DELETE_LADDER: Final = "DELETE FROM tier WHERE programme_id = %(programme_id)s AND ladder = %(ladder)s"
INSERT_TIER: Final = """
INSERT INTO tier (programme_id, ladder, name, from_minor, price_basis_points)
VALUES (%(programme_id)s, %(ladder)s, %(name)s, %(from_minor)s, %(price_basis_points)s)
"""


class TierPrice(NamedTuple):
    """The tier that a customer has reached (None: none yet) and what it pays of a face value, in basis points."""

    name: str | None
    price_basis_points: int


async def tier_of(database: Connection | Pool, customer_id: UUID) -> TierPrice:
    """What a customer pays now, by the money that it has brought in so far and its programme's tiers."""
    if isinstance(database, AsyncConnectionPool):
        async with database.connection() as connection:
            return await tier_of(connection, customer_id)
    where = {"customer_id": customer_id}
    async with database.cursor(row_factory=class_row(Tier)) as tiers:
        await tiers.execute(LADDER_OF_CUSTOMER, where)
        reached = tier_at(await tiers.fetchall(), await received_minor(database, customer_id))
    if reached is None:
        return TierPrice(None, WHOLE_PRICE_BASIS_POINTS)
    return TierPrice(reached.name, reached.price_basis_points)


async def received_minor(connection: Connection, customer_id: UUID) -> int:
    """What a customer has brought in so far, in minor units: all receipts less what was sent back."""
    row = await (await connection.execute(RECEIVED, {"customer_id": customer_id})).fetchone()
    return 0 if row is None else int(row[0])


async def tiers_of_programme(pool: Pool, programme_id: UUID, ladder: Ladder = Ladder.GROUP) -> tuple[Tier, ...]:
    """A programme's tiers in ascending order of their thresholds."""
    async with pool.connection() as connection:
        return await read_ladder(connection, programme_id, ladder)


async def write_ladder(connection: Connection, programme_id: UUID, ladder: Ladder, tiers: Sequence[Tier]) -> None:
    """Put other tiers in place of a programme's, in the transaction of a change of the configuration."""
    where = {"programme_id": programme_id, "ladder": ladder.value}
    await connection.execute(DELETE_LADDER, where)
    for each in tiers:
        await connection.execute(INSERT_TIER, {**where, **asdict(each)})


async def read_ladder(connection: Connection, programme_id: UUID, ladder: Ladder) -> tuple[Tier, ...]:
    """The same as the caller's transaction sees them."""
    async with connection.cursor(row_factory=class_row(Tier)) as tiers:
        await tiers.execute(READ_LADDER, {"programme_id": programme_id, "ladder": ladder.value})
        return tuple(await tiers.fetchall())
