"""A database that cannot be reached: the caller hears soon that the service is busy, and may send the same again."""

import pytest

from florin.storage.posting.request import BusyError
from tests.till import Till, fresh
from tests.world import Balance, World


async def test_a_caller_waits_for_a_connection_once(world: World) -> None:
    card, key, reference = world.card(), fresh("key"), fresh("ref")
    async with world.clearing_house(pool_size=1) as house:
        till = Till(house, world.shop)
        house.pool.timeout = 0.1
        async with house.pool.connection():
            with pytest.raises(BusyError):
                await till.purchase(card.by_pin, 1_00, key=key, reference=reference)
        assert 1 == house.pool.get_stats()["requests_errors"]
        assert None is (await till.purchase(card.by_pin, 1_00, key=key, reference=reference)).decline
    assert Balance(99_00) == world.balance(card.id)
