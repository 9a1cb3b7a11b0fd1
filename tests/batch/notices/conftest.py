"""A world of its own for each test: what waits to be sent is counted to the last row."""

from collections.abc import AsyncIterator, Iterator

import pytest

from florin.clearing.house import ClearingHouse
from tests.conftest import Database
from tests.receiver import Receiver, open_receiver
from tests.world import World, open_world


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with open_world(database) as opened:
        yield opened


@pytest.fixture
async def house(world: World) -> AsyncIterator[ClearingHouse]:
    async with world.clearing_house() as opened:
        yield opened


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with open_receiver() as opened:
        yield opened
