"""One clearing house for the tests of each file, and for each test a customer that no other test knows."""

from collections.abc import AsyncIterator

import pytest

from florin.clearing.house import ClearingHouse
from tests.clearing.customers.cashier import Cashier
from tests.corporate import Corporate
from tests.world import World


@pytest.fixture(scope="module")
async def shared_house(shared_world: World) -> AsyncIterator[ClearingHouse]:
    async with shared_world.clearing_house() as house:
        yield house


@pytest.fixture
def house(shared_house: ClearingHouse, world: World) -> ClearingHouse:
    """The clearing house of the file's world."""
    assert shared_house.vault is world.vault
    return shared_house


@pytest.fixture
def cashier(house: ClearingHouse, corporate: Corporate) -> Cashier:
    """Our finance people, and a customer without money that no other test knows."""
    return Cashier(house, corporate)
