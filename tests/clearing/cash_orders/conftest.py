"""A clearing house for the tests of each file, and a shop that delivers."""

import pytest

from florin.clearing.house import ClearingHouse
from tests.clearing.cash_orders.delivering import Delivering
from tests.world import World


@pytest.fixture
def delivering(shared_house: ClearingHouse, world: World) -> Delivering:
    """A shop that delivers to members."""
    return Delivering(shared_house, world)
