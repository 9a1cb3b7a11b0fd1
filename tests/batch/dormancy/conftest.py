"""A world whose programme calls a month without activity inactive, and another one dormant."""

from collections.abc import AsyncIterator

import pytest

from florin.clearing.house import ClearingHouse
from tests.world import World


@pytest.fixture
def world(shared_world: World) -> World:
    world = shared_world.start_over()
    world.connection.execute("UPDATE programme SET dormancy_days = 30")
    return world


@pytest.fixture
async def house(world: World) -> AsyncIterator[ClearingHouse]:
    async with world.clearing_house() as opened:
        yield opened
