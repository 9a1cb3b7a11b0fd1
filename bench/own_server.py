"""A PostgreSQL server of a measurement's own, with the durable settings that Florin ships, gone afterwards."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from florin.batch.demo_programme import create_demo_programme
from florin.settings import Settings
from florin.storage.connect import open_pool
from florin.storage.embedded import EmbeddedServer, running_server
from florin.storage.migrate import migrate


@contextmanager
def own_server() -> Iterator[EmbeddedServer]:
    """Run a migrated server in a temporary data directory."""
    with tempfile.TemporaryDirectory(prefix="florin-bench-") as directory:
        # PostgreSQL refuses to be root, so the user that it runs as must be able to pass.
        Path(directory).chmod(0o755)
        with running_server(Path(directory) / "data") as server:
            migrate(server.owner_url(), service_url=server.service_url())
            yield server


async def make_demo(server: EmbeddedServer, now: datetime) -> None:
    """The demo's programme and shops, as of then."""
    async with open_pool(server.service_url(), Settings()) as pool:
        await create_demo_programme(pool, now)
