"""The book behind a service, looked at past the service."""

import asyncio

import psycopg

from florin.reconciliation.run_proofs import run_proofs
from florin.settings import Settings
from florin.storage.connect import open_pool
from tests.world import World


def findings(world: World) -> list[object]:
    """What the proofs of the book find; nothing in a sound one."""

    async def prove() -> list[object]:
        async with open_pool(world.database.url, Settings(pool_size=1), application_name="florin test") as pool:
            report = await run_proofs(pool)
            return [each for each in report.results if not each.holds]

    return asyncio.run(prove())


def reconnect(world: World) -> None:
    """Give the world a new connection to a database that has been away."""
    world.connection.close()
    world.connection = psycopg.connect(world.database.owner_url, autocommit=True)
