"""A world whose programme calls a month without activity inactive, and another one dormant."""

from collections.abc import AsyncIterator, Iterator

import pytest

from florin.clearing.house import ClearingHouse
from florin.storage.embedded import EmbeddedServer
from tests.conftest import temporary_database
from tests.world import World, open_world


@pytest.fixture(scope="module")
def shared_world(server: EmbeddedServer, _template: str) -> Iterator[World]:
    with temporary_database(server, _template) as database, open_world(database) as made:
        yield made


@pytest.fixture
def world(shared_world: World) -> World:
    world = shared_world.start_over()
    world.connection.execute("UPDATE programme SET dormancy_days = 30")
    return world


@pytest.fixture
async def house(world: World) -> AsyncIterator[ClearingHouse]:
    async with world.clearing_house() as opened:
        yield opened
