"""A clearing house for the tests of each file, and people with a complaint."""

import pytest

from florin.clearing.house import ClearingHouse
from tests.clearing.cases.complaining import Complaining
from tests.corporate import Corporate
from tests.till import Till
from tests.world import World


@pytest.fixture
def complaining(shared_house: ClearingHouse, world: World, corporate: Corporate) -> Complaining:
    """Members who are not content."""
    return Complaining(shared_house, Till(shared_house, world.shop), corporate)
