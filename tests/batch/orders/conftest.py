"""One world for the tests of each file: customers and orders are made on demand, so the tests do not meet."""

import pytest

from florin.batch.orders.generate_order import Maker
from florin.clearing.house import ClearingHouse
from tests.corporate import Corporate
from tests.world import World


@pytest.fixture
def corporate(world: World) -> Corporate:
    """The corporate side of that world."""
    return Corporate(world)


@pytest.fixture
def maker(house: ClearingHouse, world: World) -> Maker:
    """Whoever makes cards, few at a time."""
    return Maker(house, chunk=10, clock=world.clock)
