"""The service or its database killed under HTTP load: what was acknowledged is in the book once, and life goes on."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from florin.storage.embedded import file_lock
from florin.storage.embedded.layout import Layout
from florin.storage.embedded.processes import postmaster_pid
from tests.clearing.test_kills import lost_or_doubled
from tests.whole.book import findings, reconnect
from tests.whole.load import Load
from tests.whole.running import Place, open_place, wait_until

CLIENTS = 8
KILLS = 2
ANSWERS_A_ROUND = 50

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def killable(stopped_cluster: Path) -> Iterator[Place]:
    """A place whose service and server may be killed."""
    with open_place(stopped_cluster) as opened:
        yield opened


def load_of(place: Place, address: str) -> Load:
    return Load(place, address, [place.world.card(principal_minor=900_00) for _ in range(CLIENTS)])


def resend(load: Load, address: str) -> None:
    """Every acknowledged purchase once more, which gets its old answer, and every unknown one, which gets one now."""
    with load.connect(address) as client:
        for key, body in load.acknowledged.items():
            again = load.send(client, key)
            assert (body, "true") == (again.content, again.headers["Idempotent-Replayed"])
        for key in load.unanswered:
            settled = load.send(client, key)
            assert settled.is_success, settled.text
            load.acknowledged[key] = settled.content


def test_a_service_killed_under_load_keeps_every_answer_and_settles_the_unknown(killable: Place) -> None:
    loads: list[Load] = []
    for round_number in range(KILLS + 1):
        with killable.serving(workers=2) as service:
            if loads:
                assert [] == lost_or_doubled(killable.world, loads[-1].acknowledged)
                resend(loads[-1], service.address)
            if round_number == KILLS:
                assert 0 == service.stop()
                break
            loads.append(load_of(killable, service.address))
            with loads[-1].running(f"kill{round_number}"):
                loads[-1].wait_for_more(ANSWERS_A_ROUND)
                service.kill()
            assert not loads[-1].refused
    for load in loads:
        assert [] == lost_or_doubled(killable.world, load.acknowledged)
    assert [] == findings(killable.world)


def test_a_database_killed_under_load_is_said_to_be_busy_and_brought_back(killable: Place) -> None:
    layout = Layout(killable.data_dir.resolve())
    with killable.serving(workers=2) as service, ExitStack() as nobody_starts_it:
        load = load_of(killable, service.address)
        with load.running("database"):
            load.wait_for_more(ANSWERS_A_ROUND)
            nobody_starts_it.enter_context(file_lock.exclusive(layout.start_lock))
            killed = postmaster_pid(layout.cluster)
            assert killed is not None
            os.kill(killed, signal.SIGKILL)
            wait_until(lambda: load.refused[503] and not service.is_ready(), "the service says that it is busy")
            nobody_starts_it.close()
            wait_until(service.is_ready, "the service has brought its database back")
            load.wait_for_more(ANSWERS_A_ROUND)
        assert {503} == load.refused.keys()
        resend(load, service.address)
        reconnect(killable.world)
        assert [] == lost_or_doubled(killable.world, load.acknowledged)
        assert [] == findings(killable.world)
        assert 0 == service.stop()
