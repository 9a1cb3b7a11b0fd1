"""A service of several processes: one may die, all count together, and none outlives its parent."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.clearing.test_kills import lost_or_doubled
from tests.whole.book import findings
from tests.whole.load import Load
from tests.whole.running import Place, Service, wait_until

CLIENTS = 8
ANSWERS_A_KILL = 30

pytestmark = pytest.mark.slow


def is_gone(pid: int) -> bool:
    try:
        return "Z" == Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True


def readiness_checks_counted(service: Service) -> int:
    with service.client() as client:
        lines = client.get("/metrics").text.splitlines()
    counted = [line for line in lines if line.startswith("florin_http_requests_total") and "/readyz" in line]
    return sum(int(float(line.rpartition(" ")[2])) for line in counted)


@pytest.fixture(scope="module")
def service(place: Place) -> Iterator[Service]:
    """A service of two workers that tests may kill, on the port of one whose parent was killed; it ends in order."""
    with place.serving(workers=2) as killed:
        workers = killed.workers()
        os.kill(killed.process.pid, signal.SIGKILL)
        killed.process.wait()
        wait_until(lambda: all(map(is_gone, workers)), "the workers have ended")
        with killed.client() as client, pytest.raises(httpx.ConnectError):
            client.get("/readyz")
        with place.serving(workers=2, port=httpx.URL(killed.address).port) as successor:
            yield successor
            assert 0 == successor.stop()


def test_no_worker_outlives_its_parent_and_its_port_is_free_again(service: Service) -> None:
    assert service.is_ready()
    assert 2 == len(service.workers())


def test_a_worker_killed_under_load_is_replaced_and_every_answer_is_kept(place: Place, service: Service) -> None:
    first = service.workers()
    load = Load(place, service.address, [place.world.card(principal_minor=900_00) for _ in range(CLIENTS)])
    with load.running("worker"):
        for victim in first:
            load.wait_for_more(ANSWERS_A_KILL)
            os.kill(victim, signal.SIGKILL)
            wait_until(lambda: len(service.workers()) == 2, "another worker has taken over")
        load.wait_for_more(ANSWERS_A_KILL)
    assert set(first).isdisjoint(service.workers())
    assert load.refused.keys() <= {503}
    assert [] == lost_or_doubled(place.world, load.acknowledged)
    assert [] == findings(place.world)


def test_the_figures_are_those_of_all_workers_whichever_is_asked(service: Service) -> None:
    before = readiness_checks_counted(service)
    for _ in range(20):
        # Each check comes over a connection of its own, and the kernel spreads connections over the workers.
        assert service.is_ready()
    assert [before + 20] * 5 == [readiness_checks_counted(service) for _ in range(5)]


def test_a_second_service_on_the_port_of_workers_is_refused(place: Place, service: Service) -> None:
    port = httpx.URL(service.address).port
    with pytest.raises(AssertionError, match=f"port {port} on 127.0.0.1 is in use"), place.serving(port=port):
        pass


def test_a_service_stopped_while_its_workers_start_ends_in_order(place: Place) -> None:
    with place.starting(workers=2) as service:
        wait_until(service.workers, "a worker has been started")
        assert 0 == service.stop()
        assert "Traceback" not in service.written()
