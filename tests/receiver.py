"""A receiver of webhooks: a real HTTP server on this machine that answers as a test wants."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec


@dataclass(frozen=True)
class Received:
    """A request as it came in."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def told(self) -> Any:  # noqa: ANN401 (whatever the body says)
        return msgspec.json.decode(self.body)


Answer = Callable[[Received], Awaitable[bytes]]


def status(code: int, *lines: str, body: bytes = b"") -> bytes:
    """An answer with a status code and further header lines."""
    head = "\r\n".join((f"HTTP/1.1 {code} Answer", f"content-length: {len(body)}", *lines, "", ""))
    return head.encode() + body


@dataclass
class Receiver:
    """What has come in, and how the next is answered: with a status code, or by a function of the request."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    code: int = 204
    answer: Answer | None = None

    def url(self, host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}/hook"

    @property
    def ids(self) -> list[str]:
        return [each.id for each in self.received]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                assert line.startswith(b"POST /hook ")
                headers = {}
                while (header := (await reader.readline()).decode().strip()) != "":
                    name, _, value = header.partition(":")
                    headers[name.lower()] = value.strip()
                request = Received(headers, await reader.readexactly(int(headers["content-length"])))
                self.received.append(request)
                writer.write(await self.answer(request) if self.answer else status(self.code))
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def open_receiver(tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """A receiver that listens for as long as the block lasts."""
    receiver = Receiver()
    connections: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(asyncio.create_task(receiver.serve(reader, writer)))

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        for each in connections:
            each.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
