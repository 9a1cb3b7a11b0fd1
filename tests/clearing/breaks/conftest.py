"""A desk at which differences are worked off, and whose book is proven after each test."""

from collections.abc import AsyncIterator

import pytest

from tests.clearing.breaks.disagreeing import Disagreeing
from tests.corporate import Corporate
from tests.till import Till
from tests.world import World


@pytest.fixture
async def desk(shared_world: World, shared_till: Till) -> AsyncIterator[Disagreeing]:
    world = shared_world.start_over()
    made = Disagreeing(shared_till.house, shared_till.at(world.shop), Corporate(world))
    yield made
    await made.proven()
