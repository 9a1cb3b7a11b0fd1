"""A wire to the database that a test cuts: between a commit that has been sent and its answer, or for good."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from psycopg.conninfo import conninfo_to_dict, make_conninfo

_SOCKET = ".s.PGSQL.5432"
_COMMIT = b"COMMIT\0"


@dataclass
class Wire:
    """``url`` reaches the database over it. Lines are cut while the server answers the next ``cuts`` commits.

    Whoever calls when it ``is_dead`` is hung up on.
    """

    url: str
    server: str
    cuts: int = 0
    is_dead: bool = False
    _lines: set[asyncio.StreamWriter] = field(default_factory=set)

    def die(self) -> None:
        """Cut every line, and let no other be made."""
        self.is_dead = True
        for line in self._lines:
            line.close()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One line: what is said on either side, until one hangs up."""
        if self.is_dead:
            writer.close()
            return
        from_server, to_server = await asyncio.open_unix_connection(self.server)
        self._lines.add(writer)
        answers = asyncio.create_task(_copy(from_server, writer))
        with suppress(ConnectionError):
            while said := await reader.read(65_536):
                to_server.write(said)
                if self.cuts and _COMMIT in said:
                    self.cuts -= 1
                    answers.cancel()
                    await asyncio.wait([answers])
                    await from_server.read(1)  # The server speaks again when it has committed.
                    writer.close()
        self._lines.discard(writer)
        to_server.close()
        with suppress(asyncio.CancelledError):
            await answers


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while said := await reader.read(65_536):
            writer.write(said)
        writer.close()


@asynccontextmanager
async def wire_to(url: str) -> AsyncIterator[Wire]:
    """A wire to the database of that address, which a server on this machine has."""
    server = Path(str(conninfo_to_dict(url)["host"]), _SOCKET)
    with TemporaryDirectory(prefix="florin-wire-") as directory:
        wire = Wire(make_conninfo(url, host=directory), str(server))
        async with await asyncio.start_unix_server(wire.carry, str(Path(directory, _SOCKET))):
            yield wire
            wire.die()
