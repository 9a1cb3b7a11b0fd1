"""Fixtures for every room: one PostgreSQL server for the whole run, and for each test that asks an empty database.

Asynchronous tests are plain ``async def test_...`` functions, run by anyio's plugin on asyncio.
"""

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from florin.settings import Settings
from florin.storage.connect import Connection, Pool, connect, open_pool
from florin.storage.embedded import EmbeddedServer, running_server
from florin.storage.embedded.layout import Layout
from florin.storage.embedded.processes import live_processes
from florin.storage.migrate import migrate
from tests.cheap_passwords import make_passwords_cheap
from tests.emptied_database import Shape, is_emptied, shape_of
from tests.plain_text_accounting import pytest_terminal_summary
from tests.workers import (
    pytest_collection_modifyitems,
    pytest_keyboard_interrupt,
    pytest_xdist_auto_num_workers,
)

# Their assertions shall say what differs, as those of the tests themselves do: named before anybody imports them.
pytest.register_assert_rewrite(
    "tests.clearing.any_history", "tests.clearing.asking", "tests.clearing.desk", "tests.clearing.histories"
)

pytest_plugins = ("tests.shared_world",)

# Here pytest finds its hooks.
__all__ = [
    "pytest_collection_modifyitems",
    "pytest_keyboard_interrupt",
    "pytest_terminal_summary",
    "pytest_xdist_auto_num_workers",
]

# As a service does. By default a traceback is painted with all local variables, which takes a busy machine seconds.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        structlog.processors.KeyValueRenderer(),
    ]
)

TEMPLATE = "florin_template"
# Less memory than in production, because a developer's machine does other things too; as durable as in production.
SMALL = {"shared_buffers": "64MB", "max_connections": "200"}

MEMORY = Path("/dev/shm")  # noqa: S108 (the directories made in it have names that nobody can guess)
ENOUGH_BYTES = 4 << 30

RUN = pytest.StashKey[str]()

_numbers = itertools.count(1)
_stocks: dict[tuple[Path, str], list[tuple["Database", Shape]]] = {}
"""Databases that nobody uses now, by their cluster and their template."""


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run each asynchronous test on asyncio, the only loop that the service runs on."""
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> None:
    """What a password costs is looked at in the tests of `florin.crypto.passwords`, and nowhere else."""
    make_passwords_cheap()


def _memory() -> Path | None:
    """Linux's directory in memory, where programs may run from it and there is room: a disk is what tests wait for."""
    if not MEMORY.exists():
        return None
    memory = os.statvfs(MEMORY)
    is_of_use = memory.f_bavail * memory.f_frsize >= ENOUGH_BYTES and not memory.f_flag & os.ST_NOEXEC
    return MEMORY if is_of_use else None


def _prefix(run: str) -> str:
    return f"florin-test-{run[:8]}"


@contextmanager
def temporary_data_dir() -> Iterator[Path]:
    """A directory that the server's user can enter also when root runs the tests; pytest's own is closed to it."""
    directory = Path(tempfile.mkdtemp(prefix=_prefix(os.environ.get("PYTEST_XDIST_TESTRUNUID", "")), dir=_memory()))
    directory.chmod(0o755)
    try:
        yield directory / "data"
    finally:
        shutil.rmtree(directory)


def make_logins_cheap(server: EmbeddedServer) -> None:
    """Let both passwords be hashed once at each login instead of 4,096 times: a test opens a dozen connections."""
    with psycopg.connect(server.owner_url("postgres"), autocommit=True) as admin:
        admin.execute("SET scram_iterations = 1")
        for url in (server.owner_url(), server.service_url()):
            login = conninfo_to_dict(url)
            names = sql.Identifier(str(login["user"])), sql.Literal(str(login["password"]))
            admin.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(*names))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # noqa: ANN401 (a class of pytest-xdist's own inside)
    """Remember what the processes of this run call their directories by."""
    node.config.stash[RUN] = node.workerinput["testrunuid"]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers of processes that were killed: ten seconds after Ctrl-C, which a busy machine may need."""
    if RUN not in config.stash:
        return
    for left in (_memory() or Path(tempfile.gettempdir())).glob(f"{_prefix(config.stash[RUN])}*"):
        if live_processes(Layout((left / "data").resolve()).cluster):
            with running_server(left / "data"):
                pass  # adopted, and stopped again by the last who uses it
        shutil.rmtree(left, ignore_errors=True)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A place for a server of the test's own."""
    with temporary_data_dir() as directory:
        yield directory


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """The server that all tests share; none may stop it or change its configuration."""
    with temporary_data_dir() as directory, running_server(directory, changes=SMALL) as running:
        make_logins_cheap(running)
        yield running


@pytest.fixture(scope="session")
def stopped_cluster() -> Iterator[Path]:
    """A data directory whose server has run and stopped, to be copied: initdb is the slowest part of its life."""
    with temporary_data_dir() as directory:
        with running_server(directory):
            pass
        yield directory


def copy_cluster(stopped: Path, data_dir: Path) -> None:
    """Copy a data directory whose server does not run, with its owners and rights."""
    subprocess.run(["/bin/cp", "-Rp", stopped, data_dir], check=True)


@pytest.fixture
def made_data_dir(stopped_cluster: Path, data_dir: Path) -> Path:
    """A data directory of the test's own whose server has run before and stopped cleanly."""
    copy_cluster(stopped_cluster, data_dir)
    return data_dir


@pytest.fixture(scope="session")
def _template(server: EmbeddedServer) -> str:
    with psycopg.connect(server.owner_url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    migrate(server.owner_url(TEMPLATE), service_url=server.service_url(TEMPLATE))
    return TEMPLATE


@dataclass(frozen=True)
class Database:
    """A migrated, empty database. ``url`` is the service's address, ``owner_url`` a superuser's."""

    name: str
    url: str
    owner_url: str


@contextmanager
def temporary_database(server: EmbeddedServer, template: str) -> Iterator[Database]:
    """A database made from a template. The next test gets the same one, emptied, unless more than rows has changed."""
    stock = _stocks.setdefault((server.layout.cluster, template), [])
    database, shape = stock.pop() if stock else _new_database(server, template)
    try:
        yield database
    finally:
        if template == TEMPLATE and is_emptied(database.owner_url, shape):
            stock.append((database, shape))
        else:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database.name))
            with psycopg.connect(server.owner_url("postgres"), autocommit=True) as admin:
                admin.execute(drop)


def _new_database(server: EmbeddedServer, template: str) -> tuple[Database, Shape]:
    name = f"test_{os.getpid()}_{next(_numbers)}"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    with psycopg.connect(server.owner_url("postgres"), autocommit=True) as admin:
        admin.execute(create)
    database = Database(name, server.service_url(name), server.owner_url(name))
    return database, shape_of(database.owner_url)


@pytest.fixture
def database(server: EmbeddedServer, _template: str) -> Iterator[Database]:
    """A database for this test alone, with the schema and without rows."""
    with temporary_database(server, _template) as fresh:
        yield fresh


@pytest.fixture
def empty_database(server: EmbeddedServer) -> Iterator[Database]:
    """A database for this test alone, without a schema."""
    with temporary_database(server, "template0") as fresh:
        yield fresh


@pytest.fixture
def settings() -> Settings:
    """The settings that the product has when nobody sets any."""
    return Settings()


@pytest.fixture
async def connection(database: Database, settings: Settings) -> AsyncIterator[Connection]:
    """A connection of the service to the test's database, in autocommit."""
    async with await connect(database.url, settings, application_name="florin test") as opened:
        yield opened


@pytest.fixture
async def pool(database: Database, settings: Settings) -> AsyncIterator[Pool]:
    """A pool of the service on the test's database."""
    async with open_pool(database.url, settings, application_name="florin test") as opened:
        yield opened
