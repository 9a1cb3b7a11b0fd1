"""A clearing house for the tests of each file, and cards that their holders lose."""

from collections.abc import AsyncIterator

import pytest

from florin.clearing.house import ClearingHouse
from tests.clearing.loss.losing import Losing
from tests.corporate import Corporate
from tests.till import Till
from tests.world import World


@pytest.fixture(scope="module")
async def shared_house(shared_world: World) -> AsyncIterator[ClearingHouse]:
    async with shared_world.clearing_house() as house:
        yield house


@pytest.fixture
def losing(shared_house: ClearingHouse, world: World, corporate: Corporate) -> Losing:
    """Holders who lose their cards."""
    return Losing(shared_house, Till(shared_house, world.shop), corporate)
