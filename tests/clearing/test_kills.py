"""Processes and postmasters killed under load: what was answered is in the book once, and a retry settles the rest."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import msgspec
import psycopg
import pytest
from psycopg import sql

from florin.clearing.house import ClearingHouse
from florin.crypto.keyring import Keyring
from florin.reconciliation.run_proofs import run_proofs
from florin.storage.embedded import EmbeddedServer, running_server
from florin.storage.embedded.processes import postmaster_pid
from florin.storage.migrate import migrate
from tests.clearing.load import Plan, send, settle
from tests.conftest import SMALL, Database, temporary_data_dir
from tests.world import World

CLIENTS = 20
START_MINOR = 1000_00
PROCESS_KILLS = 5
POSTMASTER_KILLS = 4
_numbers = count(1)
# Without it a commit that nobody waits for reaches the disk some milliseconds later, by an idle server process.
LAZY_WRITER = {"wal_writer_delay": "10s"}


@pytest.fixture(scope="module")
def killable_server() -> Iterator[EmbeddedServer]:
    with temporary_data_dir() as directory, running_server(directory, changes={**SMALL, **LAZY_WRITER}) as server:
        yield server


@dataclass
class Stage:
    """A world on a server that may be killed, the load's plan, and all answers that the clients have seen."""

    server: EmbeddedServer
    world: World
    plan: Plan
    plan_file: Path
    acknowledged: dict[str, bytes] = field(default_factory=dict)

    def kill_postmaster(self) -> None:
        pid = postmaster_pid(self.server.layout.cluster)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

    def start_again(self) -> None:
        self.server.ensure_running()
        self.world.connection.close()
        self.world.connection = psycopg.connect(self.world.database.owner_url, autocommit=True)


@contextmanager
def open_stage(server: EmbeddedServer, directory: Path, options: str = "") -> Iterator[Stage]:
    name = f"stage_{next(_numbers)}"
    with psycopg.connect(server.owner_url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    migrate(server.owner_url(name), service_url=server.service_url(name))
    database = Database(name, server.service_url(name) + options, server.owner_url(name))
    keyring = Keyring.create(directory / "keys" / "keyring.json")
    with psycopg.connect(database.owner_url, autocommit=True) as connection:
        world = World(connection, database, keyring)
        cards = [world.card(principal_minor=START_MINOR) for _ in range(CLIENTS)]
        plan = Plan(
            database.url,
            str(directory / "keys" / "keyring.json"),
            world.shop.id,
            world.shop.actor_id,
            [(card.number, card.pin) for card in cards],
        )
        plan_file = directory / "plan.json"
        plan_file.write_bytes(msgspec.json.encode(plan))
        stage = Stage(server, world, plan, plan_file)
        yield stage
        stage.world.connection.close()


@pytest.fixture
def stage(killable_server: EmbeddedServer, tmp_path: Path) -> Iterator[Stage]:
    with open_stage(killable_server, tmp_path) as opened:
        yield opened


# What must not be ------------------------------------------------------------------------------------------------


def lost_or_doubled(world: World, acknowledged: Mapping[str, bytes]) -> list[str]:
    """What is wrong in the book, as far as these answers tell."""
    rows = world.rows(
        """SELECT o.key, o.answer::text, o.verb, coalesce(sum(t.amount_minor), 0)::bigint
           FROM operation o LEFT JOIN transfer t USING (journal_id)
           WHERE o.verb IN ('purchase', 'hold') GROUP BY o.caller_id, o.key"""
    )
    found = {key: (answer.encode(), verb, moved_minor) for key, answer, verb, moved_minor in rows}
    findings = [f"{key} was lost" for key in acknowledged if key not in found]
    for key, body in acknowledged.items():
        answer, verb, moved_minor = found.get(key, (body, None, 0))
        if answer != body:
            findings.append(f"{key} was answered otherwise than the book says")
        if verb == "purchase" and moved_minor != msgspec.json.decode(body)["approved"]["amount"]:
            findings.append(f"{key} moved {moved_minor}")
    twice = world.rows(
        """SELECT reference FROM (SELECT reference FROM purchase UNION ALL SELECT reference FROM hold) r
           GROUP BY reference HAVING count(*) > 1"""
    )
    return [*findings, *(f"{reference} was done twice" for (reference,) in twice)]


def unsettled(stage: Stage) -> list[str]:
    """The key after the last one that each client of each run has an answer to: nobody knows what became of it."""
    last: dict[tuple[str, str], int] = {}
    for key in stage.acknowledged:
        run, client, number = key.split("-")
        last[run, client] = max(int(number), last.get((run, client), 0))
    return [f"{run}-{client}-{number + 1:07}" for (run, client), number in last.items()]


async def assert_settled(stage: Stage, house: ClearingHouse) -> None:
    """Every answer stands, retries repeat them or settle what was unknown, and the book is right to the last fen."""
    assert [] == lost_or_doubled(stage.world, stage.acknowledged)
    for key in unsettled(stage):
        stage.acknowledged[key] = (await settle(stage.plan, house, key)).body
    again = await asyncio.gather(*[settle(stage.plan, house, key) for key in stage.acknowledged])
    assert {True} == {each.replayed for each in again}
    assert list(stage.acknowledged.values()) == [each.body for each in again]
    assert [] == lost_or_doubled(stage.world, stage.acknowledged)
    report = await run_proofs(house.pool)
    assert [] == [each.findings for each in report.results if not each.holds]


# Kills ------------------------------------------------------------------------------------------------------------


def kill_process_under_load(stage: Stage, run: str, after: int) -> None:
    """Start a process, kill it after so many answers, and keep all that it said; half a line was said to nobody."""
    command = [sys.executable, "-m", "tests.clearing.load", str(stage.plan_file), run]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(after)]
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
    for line in lines:
        if line.endswith(b"\n"):
            key, body = line[:-1].split(b" ", 1)
            stage.acknowledged[key.decode()] = body


@pytest.mark.slow
async def test_a_process_killed_under_load_loses_and_doubles_nothing(stage: Stage) -> None:
    for run in range(PROCESS_KILLS):
        kill_process_under_load(stage, f"run{run}", after=random.randrange(CLIENTS, 300))
    async with stage.world.clearing_house() as house:
        await assert_settled(stage, house)


class Crowd:
    """Clients of an engine in this process, who go on whatever happens to the database."""

    def __init__(self, stage: Stage, house: ClearingHouse) -> None:
        self._stage = stage
        self._enough = asyncio.Event()
        self._target = 0
        self._clients = [
            asyncio.create_task(send(stage.plan, house, "crowd", client, self._tell)) for client in range(CLIENTS)
        ]

    def _tell(self, key: str, body: bytes) -> None:
        self._stage.acknowledged[key] = body
        if len(self._stage.acknowledged) >= self._target:
            self._enough.set()

    async def answers(self, more: int) -> None:
        """Wait for so many more answers; a client that gives up is a failure."""
        self._target = len(self._stage.acknowledged) + more
        self._enough.clear()
        enough = asyncio.create_task(self._enough.wait())
        done, _ = await asyncio.wait({enough, *self._clients}, return_when=asyncio.FIRST_COMPLETED)
        for each in done:
            each.result()

    async def go_home(self) -> None:
        for client in self._clients:
            client.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)


@pytest.mark.slow
async def test_a_postmaster_killed_under_load_loses_nothing_and_the_service_goes_on(stage: Stage) -> None:
    async with stage.world.clearing_house() as house:
        crowd = Crowd(stage, house)
        for _ in range(POSTMASTER_KILLS):
            await crowd.answers(random.randrange(CLIENTS, 600))
            stage.kill_postmaster()
            await asyncio.to_thread(stage.start_again)
        await crowd.answers(200)
        await crowd.go_home()
        await assert_settled(stage, house)


# Would it be noticed? ---------------------------------------------------------------------------------------------


@pytest.mark.slow
async def test_commits_that_nobody_waits_for_are_missed(killable_server: EmbeddedServer, tmp_path: Path) -> None:
    # A server that answers before its log is on disk loses what the kill finds in memory: the very fault looked for.
    with open_stage(killable_server, tmp_path, options="&options=-csynchronous_commit%3Doff") as stage:
        async with stage.world.clearing_house() as house:
            crowd = Crowd(stage, house)
            await crowd.answers(300)
            stage.kill_postmaster()
            await crowd.go_home()
            await asyncio.to_thread(stage.start_again)
        assert [] != lost_or_doubled(stage.world, stage.acknowledged)


async def test_an_answer_that_the_book_does_not_hold_once_is_noticed(stage: Stage) -> None:
    async with stage.world.clearing_house() as house:
        for key in ("one-0-0000001", "one-1-0000005"):
            stage.acknowledged[key] = (await settle(stage.plan, house, key)).body
    assert [] == lost_or_doubled(stage.world, stage.acknowledged)
    with stage.world.connection.transaction(force_rollback=True):
        stage.world.connection.execute("DELETE FROM operation WHERE key = 'one-1-0000005'")
        assert ["one-1-0000005 was lost"] == lost_or_doubled(stage.world, stage.acknowledged)
    with stage.world.connection.transaction(force_rollback=True):
        stage.world.connection.execute("UPDATE transfer SET amount_minor = amount_minor + 1 WHERE event = 'purchase'")
        assert ["one-0-0000001 moved 3"] == lost_or_doubled(stage.world, stage.acknowledged)
    with stage.world.connection.transaction(force_rollback=True):
        stage.world.connection.execute("UPDATE hold SET reference = 'one-0-0000001'")
        assert ["one-0-0000001 was done twice"] == lost_or_doubled(stage.world, stage.acknowledged)
