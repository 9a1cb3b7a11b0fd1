"""No purchase waits for another card's, not even at the busiest merchant.

PostgreSQL keeps row locks in the rows, where no view shows them. So a purchase is carried out up to its commit and left
standing there with all its locks, and another one has to get past it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import psycopg
import pytest

from florin.clearing.purchase import PurchaseCommand, purchase
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.facts import lock_and_read
from florin.storage.posting.group import Group
from tests.conftest import Database
from tests.till import Till, fresh
from tests.world import Balance, KnownCard, World, open_world

# Far more than a purchase takes, and less than the service's own limit on waiting for a lock.
PATIENCE_S = 2.5


@contextmanager
def locked(world: World, card: KnownCard) -> Iterator[psycopg.Connection]:
    """Somebody's open transaction that has the card's accounts."""
    with psycopg.connect(world.database.owner_url) as other:
        other.execute("SELECT 1 FROM strict_account WHERE owner_id = %s FOR NO KEY UPDATE", (card.id,))
        yield other
        other.rollback()


@asynccontextmanager
async def purchase_before_its_commit(till: Till, card: KnownCard) -> AsyncIterator[int]:
    """A group with one purchase, everything locked, decided and written; gives the process id of its session."""
    engine = till.house.engine
    catalogue = await engine.current_catalogue()
    command = PurchaseCommand(card.by_pin, 1_00, "CNY", fresh("ref"))
    request = purchase(till.house, till.caller, fresh("key"), command)
    async with till.house.pool.connection() as connection:
        facts = await lock_and_read(connection, [request])
        group = Group(engine._clock(), catalogue, facts, fresh_id)  # noqa: SLF001 (what the engine does, up to the commit)
        engine._decide(group, request)  # noqa: SLF001 (as above)
        tables = [(query, table.pack(rows)) for query, table, rows in group.writes.statements()]
        assert len(tables) >= 5, "accounts, transfers, operations, purchases, events"
        for query, columns in tables:
            await connection.execute(query, columns)
        yield connection.info.backend_pid
        await connection.rollback()


async def somebody_waits(world: World) -> None:
    while True:
        if world.rows("SELECT 1 FROM pg_locks WHERE NOT granted"):
            return
        await asyncio.sleep(0)


async def test_other_cards_pay_while_one_is_locked(world: World, till: Till) -> None:
    stuck, others = world.card(), [world.card() for _ in range(20)]
    with locked(world, stuck):
        waiting = asyncio.create_task(till.purchase(stuck.by_pin, 1_00))
        await somebody_waits(world)
        async with asyncio.timeout(PATIENCE_S):
            for card in others:
                assert None is (await till.purchase(card.by_pin, 1_00)).decline
        assert not waiting.done()
    assert None is (await waiting).decline
    assert Balance(99_00) == world.balance(stuck.id)


async def test_a_purchase_about_to_commit_stands_in_nobodys_way(world: World, till: Till) -> None:
    card, other = world.card(), world.card()
    async with purchase_before_its_commit(till, card) as session:
        async with asyncio.timeout(PATIENCE_S):
            assert None is (await till.purchase(other.by_pin, 1_00)).decline
        locks = "SELECT DISTINCT locktype, mode FROM pg_locks WHERE pid = %s AND locktype IN ('tuple', 'advisory')"
        # The day's closing waits for everybody, but postings share its lock among themselves.
        assert [("advisory", "ShareLock")] == world.rows(locks, session)
        assert [] == world.rows("SELECT pid FROM pg_locks WHERE NOT granted")
    assert Balance(100_00) == world.balance(card.id)


# Would it be noticed? A counter of the merchant's, kept with each posting, is the classical hot row.
COUNT_BY_MERCHANT = """
CREATE FUNCTION count_by_merchant() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN UPDATE merchant SET name = name WHERE id = new.credit_owner; RETURN new; END $$;
CREATE TRIGGER hot_row BEFORE INSERT ON transfer FOR EACH ROW EXECUTE FUNCTION count_by_merchant();
"""


async def test_a_hot_row_is_noticed(database: Database) -> None:
    with open_world(database) as world:
        world.connection.execute(COUNT_BY_MERCHANT)
        card, other = world.card(), world.card()
        async with world.clearing_house() as house:
            till = Till(house, world.shop)
            with pytest.raises(TimeoutError):
                async with purchase_before_its_commit(till, card), asyncio.timeout(PATIENCE_S):
                    await till.purchase(other.by_pin, 1_00)
