"""One clearing house for the tests of each file, and for each test a customer that no other test knows."""

import pytest

from florin.clearing.house import ClearingHouse
from tests.clearing.customers.cashier import Cashier
from tests.corporate import Corporate


@pytest.fixture
def cashier(house: ClearingHouse, corporate: Corporate) -> Cashier:
    """Our finance people, and a customer without money that no other test knows."""
    return Cashier(house, corporate)
