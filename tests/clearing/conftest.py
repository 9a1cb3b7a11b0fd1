"""One world for the tests of each file: its cards are made on demand, so the tests do not meet."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.clearing.stage import Stage, open_stage
from tests.corporate import Corporate
from tests.till import Till
from tests.world import World


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
