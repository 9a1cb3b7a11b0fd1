"""No purchase waits for another card's, not even at the busiest merchant.

PostgreSQL keeps row locks in the rows, where no view shows them. So a purchase is stopped at its commit, when it has
every lock that it ever takes, and another one has to get past it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import psycopg
import pytest
from psycopg import sql

from tests.till import Till
from tests.world import Balance, KnownCard, World

# Far more than a purchase takes, and less than the service's own limit on waiting for a lock.
PATIENCE_S = 2.5

# A deferred trigger runs at the commit, after everything has been written.
STOP_AT_COMMIT = """
CREATE FUNCTION wait_for_the_test() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON transfer DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (new.debit_owner = {card}) EXECUTE FUNCTION wait_for_the_test()
"""

# A counter of the merchant's that each posting raises: the classical hot row.
COUNT_BY_MERCHANT = """
CREATE FUNCTION count_by_merchant() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN UPDATE merchant SET name = name WHERE id = new.credit_owner; RETURN new; END $$;
CREATE TRIGGER hot_row BEFORE INSERT ON transfer FOR EACH ROW EXECUTE FUNCTION count_by_merchant();
"""


@contextmanager
def session_that_has(world: World, lock: sql.SQL | sql.Composed) -> Iterator[None]:
    """Somebody's open transaction with a lock."""
    with psycopg.connect(world.database.owner_url) as other:
        other.execute(lock)
        yield
        other.rollback()


async def somebody_waits(world: World) -> None:
    while True:
        if world.rows("SELECT 1 FROM pg_locks WHERE NOT granted"):
            return
        await asyncio.sleep(0)


@asynccontextmanager
async def purchase_at_its_commit(world: World, till: Till, card: KnownCard) -> AsyncIterator[None]:
    """A purchase that has locked, decided and written everything, for as long as this lasts."""
    world.connection.execute(sql.SQL(STOP_AT_COMMIT).format(card=sql.Literal(card.id)))
    with session_that_has(world, sql.SQL("SELECT pg_advisory_xact_lock(4711)")):
        waiting = asyncio.create_task(till.purchase(card.by_pin, 1_00))
        await somebody_waits(world)
        yield
        assert not waiting.done()
    assert None is (await waiting).decline


async def test_other_cards_pay_while_one_is_locked(world: World, till: Till) -> None:
    stuck, others = world.card(), [world.card() for _ in range(20)]
    lock = sql.SQL("SELECT FROM strict_account WHERE owner_id = {} FOR NO KEY UPDATE").format(sql.Literal(stuck.id))
    with session_that_has(world, lock):
        waiting = asyncio.create_task(till.purchase(stuck.by_pin, 1_00))
        await somebody_waits(world)
        async with asyncio.timeout(PATIENCE_S):
            for card in others:
                assert None is (await till.purchase(card.by_pin, 1_00)).decline
        assert not waiting.done()
    assert None is (await waiting).decline
    assert Balance(99_00) == world.balance(stuck.id)


async def test_a_purchase_at_its_commit_stands_in_nobodys_way(own_world: World) -> None:
    world, card, other = own_world, own_world.card(), own_world.card()
    async with world.clearing_house() as house:
        till = Till(house, world.shop)
        async with purchase_at_its_commit(world, till, card):
            async with asyncio.timeout(PATIENCE_S):
                assert None is (await till.purchase(other.by_pin, 1_00)).decline
            waits = world.rows("SELECT locktype, mode, objid::int FROM pg_locks WHERE NOT granted")
            assert [("advisory", "ExclusiveLock", 4711)] == waits, "only for the test itself"
    assert [Balance(99_00)] * 2 == [world.balance(each.id) for each in (card, other)]


async def test_a_hot_row_is_noticed(own_world: World) -> None:
    world, card, other = own_world, own_world.card(), own_world.card()
    world.connection.execute(COUNT_BY_MERCHANT)
    async with world.clearing_house() as house:
        till = Till(house, world.shop)
        async with purchase_at_its_commit(world, till, card):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(PATIENCE_S):
                    await till.purchase(other.by_pin, 1_00)
