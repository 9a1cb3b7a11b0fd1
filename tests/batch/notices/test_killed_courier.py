"""A worker that is killed (SIGKILL) between sending and marking: another sends again, under the same id."""

import asyncio
import sys
from pathlib import Path

import psycopg

from florin.crypto.keyring import Keyring
from tests.batch.notices.hooks import open_hooks
from tests.conftest import Database
from tests.receiver import Received, Receiver, status
from tests.world import World


async def test_a_delivery_whose_courier_is_killed_is_sent_again_by_the_next(
    database: Database, tmp_path: Path, receiver: Receiver
) -> None:
    path = tmp_path / "keyring.json"
    Keyring.create(path)
    with psycopg.connect(database.owner_url, autocommit=True) as connection:
        world = World(connection, database, Keyring.load(path))
        async with world.clearing_house() as house, open_hooks(world, house) as hooks:
            await hooks.endpoint(receiver.url())
            event = await hooks.happen(1)
            program = ("-m", "tests.batch.notices.courier_program", database.url, path)
            courier = await asyncio.create_subprocess_exec(sys.executable, *map(str, program))

            async def kill(_: Received) -> bytes:
                courier.kill()
                await courier.wait()
                return status(204)

            receiver.answer = kill
            await courier.wait()
            assert (event, ["waiting"]) == (receiver.ids, hooks.statuses())

            receiver.answer = None
            while hooks.statuses() == ["waiting"]:
                await hooks.deliver()

    assert event * 2 == receiver.ids
    assert receiver.received[0].body == receiver.received[1].body
