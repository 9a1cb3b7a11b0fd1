"""The service as a process: first start with the demo, stop, second start, kills and the database that comes back."""

import concurrent.futures
import os
import signal
import stat
from pathlib import Path

import httpx
import pytest

from florin.storage.embedded.layout import Layout
from florin.storage.embedded.processes import live_processes, postmaster_pid
from tests.cli.florin_command import Florin, Serving

PATIENCE_S = 60


@pytest.fixture
def florin(data_dir: Path) -> Florin:
    """The command on an embedded server of the test's own."""
    return Florin({"FLORIN_DATA_DIR": str(data_dir), "FLORIN_POOL_SIZE": "4", "FLORIN_LOG_LEVEL": "warning"})


def ready(service: Serving) -> bool:
    return httpx.get(f"{service.address}/readyz", timeout=PATIENCE_S).is_success


def facts(florin: Florin) -> dict[str, int]:
    """How many rows each proof looked at, for a book that must be sound."""
    return {each["name"]: each["rows_checked"] for each in florin.done("verify", "--json").json["proofs"]}


@pytest.mark.slow
def test_the_demo_plays_its_story_on_the_first_start_only_and_sigterm_ends_it_cleanly(
    florin: Florin, data_dir: Path
) -> None:
    with florin.serving("--demo") as service:
        assert ready(service)
        first = service.printed
        played = facts(florin)
        assert 0 == service.stop(signal.SIGTERM)
    assert not live_processes(Layout(data_dir.resolve()).cluster)

    with florin.serving("--demo") as service:
        assert ready(service)
        assert played == facts(florin)
        keys_of = [line for line in first.splitlines() if "fl_key_" in line]
        assert 11 == len(keys_of)
        assert set(keys_of) <= set(service.printed.splitlines())
        assert 0 == service.stop(signal.SIGINT)

    assert played["purchases"] > 5
    assert played["redemptions"] == 2
    assert 0o600 == stat.S_IMODE((data_dir / "demo.json").stat().st_mode)


@pytest.mark.slow
def test_sigterm_lets_requests_under_way_end_and_every_answer_stands_in_the_book(florin: Florin) -> None:
    with florin.serving("--demo") as service, concurrent.futures.ThreadPoolExecutor(8) as tills:
        key, card = till_key(service), spendable_card(service)
        buyers = [tills.submit(buy_until_the_end, service.address, key, card, buyer) for buyer in range(8)]
        while facts(florin)["purchases"] < 100:
            assert not any(buyer.done() for buyer in buyers)
        assert 0 == service.stop(signal.SIGTERM)
        answered = sum(buyer.result() for buyer in buyers)

    assert answered > 50
    assert answered <= facts(florin)["purchases"]


def till_key(service: Serving) -> str:
    line = next(line for line in service.printed.splitlines() if "mill-lane" in line)
    return next(word for word in line.split() if word.startswith("fl_key_"))


def spendable_card(service: Serving) -> dict[str, str]:
    line = next(line for line in service.printed.splitlines() if "200.00 on it" in line)
    *_, number, _, pin, _ = line.split()
    return {"number": number, "pin": pin}


def buy_until_the_end(address: str, key: str, card: dict[str, str], buyer: int) -> int:
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


@pytest.mark.slow
def test_a_killed_database_is_brought_back_by_the_service(florin: Florin, data_dir: Path) -> None:
    cluster = Layout(data_dir.resolve()).cluster
    with florin.serving("--demo") as service:
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
    with florin.serving("--demo") as service:
        assert ready(service)
        service.process.kill()
        service.process.communicate()
    left = postmaster_pid(cluster)

    with florin.serving() as service:
        assert ready(service)
        assert left == postmaster_pid(cluster)
        assert 0 == service.stop(signal.SIGTERM)
    assert not live_processes(cluster)
