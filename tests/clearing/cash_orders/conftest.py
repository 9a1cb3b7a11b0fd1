"""A clearing house for the tests of each file, and a shop that delivers."""

from collections.abc import AsyncIterator

import pytest

from florin.clearing.house import ClearingHouse
from tests.clearing.cash_orders.delivering import Delivering
from tests.world import World


@pytest.fixture(scope="module")
async def shared_house(shared_world: World) -> AsyncIterator[ClearingHouse]:
    async with shared_world.clearing_house() as house:
        yield house


@pytest.fixture
def delivering(shared_house: ClearingHouse, world: World) -> Delivering:
    """A shop that delivers to members."""
    return Delivering(shared_house, world)
