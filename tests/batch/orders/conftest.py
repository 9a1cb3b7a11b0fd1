"""One world for the tests of each file: customers and orders are made on demand, so the tests do not meet."""

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
def house(shared_house: ClearingHouse, world: World) -> ClearingHouse:  # noqa: ARG001 (its clock is set)
    """A process of the service in that world."""
    return shared_house


@pytest.fixture
def corporate(world: World) -> Corporate:
    """The corporate side of that world."""
    return Corporate(world)


@pytest.fixture
def maker(house: ClearingHouse, world: World) -> Maker:
    """Whoever makes cards, few at a time."""
    return Maker(house, chunk=10, clock=world.clock)
