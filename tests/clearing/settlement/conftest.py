"""A shop that is settled for each test, in a world that its file shares and empties."""

from collections.abc import AsyncIterator

import pytest

from tests.clearing.settlement.settling import Settling
from tests.corporate import Corporate
from tests.till import Till
from tests.world import World


@pytest.fixture
async def settling(shared_world: World, shared_till: Till) -> AsyncIterator[Settling]:
    """The shop; afterwards the book proves itself."""
    world = shared_world.start_over()
    made = Settling(shared_till.house, shared_till.at(world.shop), Corporate(world))
    made.bank_account()
    yield made
    await made.proven()
