"""The service as a process: first start with the demo, stop, second start, kills and the database that comes back."""

import concurrent.futures
import json
import os
import signal
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from threading import Semaphore

import httpx
import pytest

from florin.storage.embedded.layout import Layout
from florin.storage.embedded.processes import live_processes, postmaster_pid
from tests.cli.florin_command import Florin, Serving
from tests.conftest import copy_cluster, temporary_data_dir

PATIENCE_S = 60


def florin_in(data_dir: Path) -> Florin:
    """The command on an embedded server, answering in one process: each takes seconds to start."""
    settings = {"data_dir": data_dir, "pool_size": 4, "log_level": "warning", "workers": 1}
    return Florin({}).having(**settings)


@dataclass(frozen=True)
class FirstStart:
    """What a first start with the demo printed and played, how it ended, and the data directory that it left."""

    data_dir: Path
    printed: str
    played: dict[str, int]
    exit_code: int
    left_behind: object


@pytest.fixture(scope="module")
def first_start() -> Iterator[FirstStart]:
    """A first start, with a database to be made and a story to be played; every test goes on from a copy of it."""
    with temporary_data_dir() as data_dir:
        florin = florin_in(data_dir)
        with florin.serving("--demo") as service:
            assert ready(service)
            played = facts(florin)
            exit_code = service.stop(signal.SIGTERM)
        left_behind = live_processes(Layout(data_dir.resolve()).cluster)
        yield FirstStart(data_dir, service.printed, played, exit_code, left_behind)


@pytest.fixture
def florin(first_start: FirstStart, data_dir: Path) -> Florin:
    """The command where the demo has been played."""
    copy_cluster(first_start.data_dir, data_dir)
    return florin_in(data_dir)


def ready(service: Serving) -> bool:
    return httpx.get(f"{service.address}/readyz", timeout=PATIENCE_S).is_success


def facts(florin: Florin) -> dict[str, int]:
    """How many rows each proof looked at, for a book that must be sound."""
    return {each["name"]: each["rows_checked"] for each in florin.done("verify", "--json").json["proofs"]}


@pytest.mark.slow
def test_the_demo_plays_its_story_on_the_first_start_only_and_a_signal_ends_it_cleanly(
    first_start: FirstStart, florin: Florin, data_dir: Path
) -> None:
    with florin.serving("--demo") as service:
        assert ready(service)
        assert first_start.played == facts(florin)
        keys_of = [line for line in first_start.printed.splitlines() if "fl_key_" in line]
        assert 11 == len(keys_of)
        assert set(keys_of) <= set(service.printed.splitlines())
        assert HTTPStatus.UNAUTHORIZED == httpx.get(f"{payment_provider(service)}/v1/payments/a").status_code
        assert 0 == service.stop(signal.SIGINT)

    assert 0 == first_start.exit_code
    assert not first_start.left_behind
    assert first_start.played["purchases"] > 5
    assert first_start.played["redemptions"] == 2
    assert 0o600 == stat.S_IMODE((data_dir / "demo.json").stat().st_mode)


@pytest.mark.slow
def test_sigterm_lets_requests_under_way_end_and_every_answer_stands_in_the_book(florin: Florin) -> None:
    with florin.having(workers=2).serving("--demo") as service, concurrent.futures.ThreadPoolExecutor(8) as tills:
        key, card = till_key(service), spendable_card(service)
        answers = Semaphore(0)
        buyers = [tills.submit(buy_until_the_end, service.address, key, card, buyer, answers) for buyer in range(8)]
        assert all(answers.acquire(timeout=PATIENCE_S) for _ in range(100))
        assert not any(buyer.done() for buyer in buyers)
        assert 0 == service.stop(signal.SIGTERM)
        answered = sum(buyer.result() for buyer in buyers)

    assert answered > 50
    assert answered <= facts(florin)["purchases"]


def payment_provider(service: Serving) -> str:
    line = next(line for line in service.printed.splitlines() if "payment provider" in line)
    return next(word for word in line.split() if word.startswith("http"))


def till_key(service: Serving) -> str:
    line = next(line for line in service.printed.splitlines() if "mill-lane" in line)
    return next(word for word in line.split() if word.startswith("fl_key_"))


def spendable_card(service: Serving) -> dict[str, str]:
    line = next(line for line in service.printed.splitlines() if "200.00 on it" in line)
    *_, number, _, pin, _ = line.split()
    return {"number": number, "pin": pin}


def buy_until_the_end(address: str, key: str, card: dict[str, str], buyer: int, answers: Semaphore) -> int:
    """Buy for one fen again and again; returns how many purchases were answered before the service went away."""
    answered = 0
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=PATIENCE_S) as till:
        while True:
            body = {
                "pay_with": {"card": card},
                "amount": {"amount": 1, "currency": "CNY"},
                "reference": f"{buyer}-{answered}",
            }
            try:
                reply = till.post("/v1/purchases", json=body, headers={"Idempotency-Key": f"till-{buyer}-{answered}"})
            except httpx.TransportError:
                return answered
            if not reply.is_success:
                assert httpx.codes.SERVICE_UNAVAILABLE == reply.status_code, reply.text
                return answered
            answered += 1
            answers.release()


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_every_process_logs_what_it_refuses_as_the_settings_say(florin: Florin, workers: int) -> None:
    with florin.having(workers=workers, log_level="info", log_format="json").serving() as service:
        refused = httpx.post(f"{service.address}/v1/purchases", json={}, timeout=PATIENCE_S).json()
        lines = [json.loads(line) for line in service.ended(signal.SIGTERM).complaint.splitlines()]
    assert [("refused", "unauthenticated", refused["instance"])] == [
        (line["event"], line["problem"], line["request_id"]) for line in lines if "problem" in line
    ]


@pytest.mark.slow
def test_a_killed_database_is_brought_back_by_the_service(florin: Florin, data_dir: Path) -> None:
    cluster = Layout(data_dir.resolve()).cluster
    with florin.serving() as service:
        assert ready(service)
        killed = postmaster_pid(cluster)
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        while postmaster_pid(cluster) == killed or not ready(service):
            assert service.process.poll() is None
        assert 0 == service.stop(signal.SIGTERM)
    assert not live_processes(cluster)


@pytest.mark.slow
def test_a_killed_service_leaves_a_database_that_the_next_one_adopts(florin: Florin, data_dir: Path) -> None:
    cluster = Layout(data_dir.resolve()).cluster
    with florin.serving() as service:
        assert ready(service)
        service.process.kill()
        service.process.communicate()
    left = postmaster_pid(cluster)

    with florin.serving() as service:
        assert ready(service)
        assert left == postmaster_pid(cluster)
        assert 0 == service.stop(signal.SIGTERM)
    assert not live_processes(cluster)
