"""A desk with a bank account for each test, in a world that its file shares and empties."""

from collections.abc import AsyncIterator

import pytest

from tests.clearing.banking.bank_desk import BankDesk
from tests.corporate import Corporate
from tests.till import Till
from tests.world import World


@pytest.fixture
async def desk(shared_world: World, shared_till: Till) -> AsyncIterator[BankDesk]:
    """Finance at the bank's statements; afterwards the book proves itself."""
    world = shared_world.start_over()
    made = await BankDesk(shared_till.house, shared_till.at(world.shop), Corporate(world)).opened()
    yield made
    await made.proven()
