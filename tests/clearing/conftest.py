"""One world for the tests of each file: its cards are made on demand, so the tests do not meet."""

from collections.abc import AsyncIterator, Iterator

import pytest

from florin.storage.embedded import EmbeddedServer
from tests.clearing.stage import Stage, open_stage
from tests.conftest import temporary_database
from tests.corporate import Corporate
from tests.till import Till
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
async def shared_till(shared_world: World) -> AsyncIterator[Till]:
    async with shared_world.clearing_house() as house:
        yield Till(house, shared_world.shop)


@pytest.fixture
def till(shared_till: Till, world: World) -> Till:
    """A till of the shop."""
    return shared_till.at(world.shop)


@pytest.fixture(scope="module")
def shared_corporate(shared_world: World) -> Corporate:
    return Corporate(shared_world)


@pytest.fixture
def corporate(shared_corporate: Corporate, world: World) -> Corporate:
    """The corporate side of the file's world: people of ours, and customers and orders made on demand."""
    assert world is shared_corporate.world
    return shared_corporate


@pytest.fixture
def stage(world: World) -> Iterator[Stage]:
    """What histories by Hypothesis play on."""
    with open_stage(world) as stage:
        yield stage
