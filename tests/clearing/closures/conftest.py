"""One clearing house for the tests of each file, and members and cards on demand."""

import pytest

from florin.clearing.house import ClearingHouse
from tests.clearing.closures.leaving import Leaving
from tests.corporate import Corporate
from tests.till import Till
from tests.world import World


@pytest.fixture
def leaving(shared_house: ClearingHouse, world: World, corporate: Corporate) -> Leaving:
    """Our people and those who leave."""
    made = Leaving(shared_house, Till(shared_house, world.shop), corporate)
    made.bank_account()
    return made
