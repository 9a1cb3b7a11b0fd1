"""A clearing house for the tests of each file, and cards that their holders lose."""

import pytest

from florin.clearing.house import ClearingHouse
from tests.clearing.loss.losing import Losing
from tests.corporate import Corporate
from tests.till import Till
from tests.world import World


@pytest.fixture
def losing(shared_house: ClearingHouse, world: World, corporate: Corporate) -> Losing:
    """Holders who lose their cards."""
    return Losing(shared_house, Till(shared_house, world.shop), corporate)
