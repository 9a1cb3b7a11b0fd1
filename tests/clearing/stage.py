"""What histories by Hypothesis play on."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from florin.clearing.house import ClearingHouse
from florin.storage.connect import Connection
from tests.clearing.every_proof import connect_to_prove
from tests.world import World


@dataclass(frozen=True)
class Stage:
    """What all histories share: the first world, one process of the service, a connection, and their loop."""

    world: World
    house: ClearingHouse
    proving: Connection
    runner: asyncio.Runner


@contextmanager
def open_stage(world: World) -> Iterator[Stage]:
    """A stage for the histories of one test."""
    with asyncio.Runner() as runner:
        process = world.clearing_house()
        house = runner.run(process.__aenter__())
        proving = runner.run(connect_to_prove(world.database.url))
        yield Stage(world, house, proving, runner)
        runner.run(proving.close())
        runner.run(process.__aexit__(None, None, None))
