"""Fixtures that many rooms ask for: one world for the tests of each file, or one of the test's own.

Cards, members, customers and orders are made on demand, so the tests do not meet.
"""

from collections.abc import AsyncIterator, Iterator

import pytest

from florin.clearing.house import ClearingHouse
from florin.storage.embedded import EmbeddedServer
from tests.conftest import Database, temporary_database
from tests.world import NOON, World, open_world


@pytest.fixture(scope="module")
def shared_world(server: EmbeddedServer, _template: str) -> Iterator[World]:
    with temporary_database(server, _template) as database, open_world(database) as made:
        yield made


@pytest.fixture
def world(shared_world: World) -> World:
    """The file's world, its clock at noon of its first day."""
    shared_world.clock.now = NOON
    return shared_world


@pytest.fixture
def own_world(database: Database) -> Iterator[World]:
    """A world of the test's own, whose walls it may tear down."""
    with open_world(database) as made:
        yield made


@pytest.fixture(scope="module")
async def shared_house(shared_world: World) -> AsyncIterator[ClearingHouse]:
    async with shared_world.clearing_house() as house:
        yield house


@pytest.fixture
def house(shared_house: ClearingHouse, world: World) -> ClearingHouse:
    """The clearing house of the file's world."""
    assert shared_house.vault is world.vault
    return shared_house
