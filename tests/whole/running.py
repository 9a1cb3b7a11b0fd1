"""The service as a process on a port of its own, on a world in a real database, and what it writes."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg

from florin.crypto.keyring import Keyring
from florin.domain.scopes import OPERATOR_SCOPES, TILL_SCOPES
from florin.storage.embedded import EmbeddedServer, running_server
from florin.storage.migrate import migrate
from tests.api.conftest import issue_key
from tests.architecture.source_tree import ROOT
from tests.conftest import SMALL, Database, copy_cluster, temporary_data_dir
from tests.world import World

PATIENCE_S: Final = 120
"""How long a test waits for what must happen; a busy machine takes its time."""

_numbers: Final = count(1)
_LOOK_AGAIN_S: Final = 0.02
_ADDRESS: Final = re.compile(rb"Florin serves on (http://\S+)\. Ctrl-C")


def wait_until(holds: Callable[[], object], what: str) -> None:
    """Return as soon as something holds; fail when it does not come to that."""
    until = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < until, f"waited in vain until {what}"
        time.sleep(_LOOK_AGAIN_S)


@dataclass
class Service:
    """A service, and the files that its two streams go to."""

    process: subprocess.Popen[bytes]
    streams: tuple[Path, Path]

    def has_said_where(self) -> bool:
        """Whether it has begun to answer."""
        return _ADDRESS.search(self.streams[0].read_bytes()) is not None

    @property
    def address(self) -> str:
        """Where it answers."""
        found = _ADDRESS.search(self.streams[0].read_bytes())
        assert found
        return found.group(1).decode()

    def written(self) -> str:
        """Everything that it has written so far, to standard output and standard error."""
        return "".join(stream.read_text("utf-8") for stream in self.streams)

    def client(self, token: str | None = None, **options: Any) -> httpx.Client:  # noqa: ANN401 (httpx's own)
        """A client of it, who shows a token unless there is none."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=self.address, headers=headers, timeout=PATIENCE_S, trust_env=False, **options)

    def is_ready(self) -> bool:
        """Whether it would take requests."""
        with self.client() as client:
            return client.get("/readyz").is_success

    def workers(self) -> list[int]:
        """The process ids of its workers."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        return [int(each) for each in children if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()]

    def kill(self) -> None:
        """Kill it with all its workers, as a machine does that loses its power."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Let it end in order, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)


@dataclass
class Place:
    """A data directory with its embedded server, a world in its database, and tokens of two tills and the operator."""

    data_dir: Path
    server: EmbeddedServer
    world: World

    def __post_init__(self) -> None:
        self.till = issue_key(self.world, self.world.shop.id, TILL_SCOPES)
        self.rival = issue_key(self.world, self.world.rival.id, TILL_SCOPES)
        self.operator = issue_key(self.world, None, OPERATOR_SCOPES)

    def environment(self, **settings: object) -> dict[str, str]:
        """The environment of a service here; nothing of the developer's own settings gets in."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("FLORIN_")}
        ours = {"data_dir": self.data_dir, "pool_size": 4, "workers": 1, "port": 0, **settings}
        return inherited | {f"FLORIN_{name.upper()}": str(value) for name, value in ours.items()}

    @contextmanager
    def serving(self, **settings: object) -> Iterator[Service]:
        """A service on a free port with these settings; it is killed at the end unless the test has ended it."""
        with self.starting(**settings) as service:
            wait_until(lambda: service.has_said_where() or service.process.poll() is not None, "it serves")
            assert service.has_said_where(), service.streams[1].read_text("utf-8")
            yield service

    @contextmanager
    def starting(self, **settings: object) -> Iterator[Service]:
        """A service that has just been started."""
        name = f"service-{next(_numbers)}"
        streams = self.data_dir.parent / f"{name}.out", self.data_dir.parent / f"{name}.err"
        command = [sys.executable, "-m", "florin.cli.main", "serve"]
        with streams[0].open("wb") as out, streams[1].open("wb") as err:
            process = subprocess.Popen(
                command,
                env=self.environment(**settings),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        try:
            yield Service(process, streams)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def open_place(stopped_cluster: Path) -> Iterator[Place]:
    """A data directory of its own with a keyring, and a running server with a fresh world."""
    with ExitStack() as stack:
        data_dir = stack.enter_context(temporary_data_dir())
        copy_cluster(stopped_cluster, data_dir)
        server = stack.enter_context(running_server(data_dir, changes=SMALL))
        migrate(server.owner_url(), service_url=server.service_url())
        keyring = Keyring.create(data_dir / "keyring.json")
        database = Database("florin", server.service_url(), server.owner_url())
        world = World(psycopg.connect(database.owner_url, autocommit=True), database, keyring)
        try:
            yield Place(data_dir, server, world)
        finally:
            world.connection.close()
