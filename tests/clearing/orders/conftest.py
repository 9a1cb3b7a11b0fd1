"""One clearing house for the tests of each file, and for each test a customer that no other test knows."""

import pytest

from florin.clearing.house import ClearingHouse
from tests.clearing.orders.ordering import Ordering
from tests.corporate import Corporate


@pytest.fixture
def ordering(house: ClearingHouse, corporate: Corporate) -> Ordering:
    """A customer without money, whose orders never need its own approver."""
    return Ordering(house, corporate, corporate.customer(approval_limit_minor=1_000_000_00))
