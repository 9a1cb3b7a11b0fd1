"""Corporate orders in a world of the file's own, and whoever makes their cards."""

from collections.abc import AsyncIterator, Iterator

import pytest

from florin.batch.orders.generate_order import Maker
from florin.clearing.house import ClearingHouse
from florin.storage.embedded import EmbeddedServer
from tests.conftest import temporary_database
from tests.corporate import Corporate
from tests.world import NOON, World, open_world


@pytest.fixture(scope="module")
def shared_world(server: EmbeddedServer, _template: str) -> Iterator[World]:
    with temporary_database(server, _template) as database, open_world(database) as made:
        yield made


@pytest.fixture
def world(shared_world: World) -> World:
    """The file's world, its clock at noon of its first day."""
    shared_world.clock.now = NOON
    return shared_world


@pytest.fixture(scope="module")
async def shared_house(shared_world: World) -> AsyncIterator[ClearingHouse]:
    async with shared_world.clearing_house() as house:
        yield house


@pytest.fixture
def house(shared_house: ClearingHouse, world: World) -> ClearingHouse:
    """The clearing house of the file's world."""
    del world  # its clock is set
    return shared_house


@pytest.fixture(scope="module")
def shared_corporate(shared_world: World) -> Corporate:
    return Corporate(shared_world)


@pytest.fixture
def corporate(shared_corporate: Corporate, world: World) -> Corporate:
    """The corporate side of the file's world."""
    assert world is shared_corporate.world
    return shared_corporate


@pytest.fixture
def maker(house: ClearingHouse, world: World) -> Maker:
    """Whoever makes cards, few at a time."""
    return Maker(house, chunk=10, clock=world.clock)
