"""Members of the file's world who pay online."""

from collections.abc import AsyncIterator

import pytest
from psycopg import sql

from tests.clearing.every_proof import findings
from tests.provider import Cashpoint, at_cashpoint
from tests.till import Till
from tests.world import World


@pytest.fixture
async def cashpoint(world: World, till: Till) -> AsyncIterator[Cashpoint]:
    """The file's world with a provider of the test's own; whatever a test does, the book is proven after it."""
    for table in (sql.Identifier("payment"), sql.Identifier("payment_refund")):
        # What other tests of the file have left open is none of this one's business.
        rest = sql.SQL("UPDATE {} SET next_step_at = 'infinity' WHERE next_step_at IS NOT NULL")
        world.connection.execute(rest.format(table))
    made = at_cashpoint(world, till.house)
    yield made
    async with made.house.pool.connection() as connection:
        assert [] == await findings(connection)
