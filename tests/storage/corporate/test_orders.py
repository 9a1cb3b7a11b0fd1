"""Orders as rows are read whole and locked one by one."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from florin.domain.order_life import OrderStatus
from florin.storage.connect import Pool, transaction
from florin.storage.corporate.orders import find_order, lock_order, set_status
from florin.storage.fresh_ids import fresh_id
from tests.conftest import Database
from tests.corporate import Corporate
from tests.world import NOON, World, open_world


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with open_world(database) as made:
        yield made


@pytest.fixture
def corporate(world: World) -> Corporate:
    return Corporate(world)


@pytest.fixture
def order_id(corporate: Corporate) -> UUID:
    return corporate.order(
        corporate.customer(),
        OrderStatus.SUBMITTED,
        (("bearer_gift", 100_00, 3), ("recharge", 200_00, 1)),
        price_basis_points=9_800,
    ).id


async def test_an_order_is_read_with_its_lines_in_their_order(pool: Pool, order_id: UUID) -> None:
    order = await find_order(pool, order_id)
    assert order is not None
    assert (OrderStatus.SUBMITTED, 490_00) == (order.status, order.price_minor)
    assert [(1, 100_00, 3, 98_00), (2, 200_00, 1, 196_00)] == [
        (each.line, each.denomination_minor, each.quantity, each.principal_minor) for each in order.lines
    ]


async def test_an_order_without_lines_is_read_too(pool: Pool, world: World, order_id: UUID) -> None:
    world.connection.execute("DELETE FROM order_line")
    order = await find_order(pool, order_id)
    assert order is not None
    assert order.lines == ()


async def test_of_no_order_there_is_nothing_to_read_or_lock(pool: Pool) -> None:
    assert await find_order(pool, fresh_id()) is None
    async with transaction(pool) as connection:
        assert await lock_order(connection, fresh_id()) is None


async def test_a_locked_order_is_read_as_it_is_under_the_lock(pool: Pool, world: World, order_id: UUID) -> None:
    async with transaction(pool) as connection:
        locked = await lock_order(connection, order_id)
        skipped = world.rows("SELECT id FROM corporate_order FOR NO KEY UPDATE SKIP LOCKED")
    assert locked == await find_order(pool, order_id)
    assert skipped == []


async def test_the_time_of_receipt_is_kept_with_the_status(pool: Pool, corporate: Corporate) -> None:
    order_id = corporate.order(corporate.customer(funding_minor=300_00), OrderStatus.READY).id
    later = NOON + timedelta(hours=1)
    async with transaction(pool) as connection:
        await set_status(connection, order_id, OrderStatus.DELIVERED, later)
        await set_status(connection, order_id, OrderStatus.ACTIVATED, later + timedelta(hours=1))
    order = await find_order(pool, order_id)
    assert order is not None
    assert (OrderStatus.ACTIVATED, later) == (order.status, order.received_at)
