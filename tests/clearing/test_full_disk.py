"""A full disk: the service says that it is busy, nothing is half done, and it goes on when there is room again.

One table's file is exchanged for the device that is always full, so that PostgreSQL gets the operating system's own
"no space left on device" when it wants to make the file longer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from florin.reconciliation.run_proofs import run_proofs
from florin.storage.embedded import EmbeddedServer
from florin.storage.posting.request import BusyError
from tests.till import Till, fresh, subject
from tests.world import Balance, World

ALWAYS_FULL = Path("/dev/full")


@contextmanager
def no_room(world: World, server: EmbeddedServer) -> Iterator[None]:
    """While it lasts, nothing can be added to the table of holds, which comes after accounts and operations."""
    # A truncated table has a new and empty file, which no session has opened yet.
    world.connection.execute("TRUNCATE hold")
    (path,) = world.one("SELECT pg_relation_filepath('hold')")
    file: Path = server.layout.cluster / path
    file.unlink()
    file.symlink_to(ALWAYS_FULL)
    yield
    # The same once more: the device is forgotten, and there is room.
    world.connection.execute("TRUNCATE hold")


async def test_a_full_disk_stops_whom_it_concerns_and_nobody_else(own_world: World, server: EmbeddedServer) -> None:
    world, card, key, reference = own_world, own_world.card(), fresh("key"), fresh("ref")
    async with world.clearing_house() as house:
        till = Till(house, world.shop)
        with no_room(world, server):
            before = world.everything_that_counts()
            for _ in range(2):
                with pytest.raises(BusyError):
                    await till.hold(card.by_pin, 40_00, key=key, reference=reference)
            assert before == world.everything_that_counts()
            assert (0,) == world.one("SELECT count(*) FROM operation WHERE key = %s", key)
            assert None is (await till.purchase(card.by_pin, 10_00)).decline
        answer = await till.hold(card.by_pin, 40_00, key=key, reference=reference)
        assert (None, False) == (answer.decline, answer.replayed)
        assert Balance(90_00, 0, 40_00) == world.balance(card.id)
        assert None is (await till.capture(subject(answer))).decline
        report = await run_proofs(house.pool)
    assert [] == [each.findings for each in report.results if not each.holds]
