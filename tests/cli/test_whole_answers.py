"""Answers as they are written to the connection: a head with its body, a stream's head at once."""

import asyncio
from collections.abc import AsyncIterator

from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from florin.cli.whole_answers import WholeAnswers

GET = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"


class Connection(asyncio.Transport):
    """A caller's connection to an application, which keeps what is written to it, piece by piece."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__()
        self.pieces: list[bytes] = []
        self._server = ServerState()
        self._protocol = WholeAnswers(Config(app, log_config=None), self._server, {})
        self._protocol.connection_made(self)

    async def brings(self, request: bytes) -> None:
        self.begins(request)
        await asyncio.gather(*self._server.tasks)

    def begins(self, request: bytes) -> None:
        self._protocol.data_received(request)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.pieces.append(bytes(data))

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        self._protocol.connection_lost(None)


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await Response(b"hello", media_type="text/plain")(scope, receive, send)


def bodies(connection: Connection) -> list[bytes]:
    return [each.partition(b"\r\n\r\n")[2] for each in connection.pieces]


async def test_a_head_goes_with_its_body() -> None:
    connection = Connection(hello)
    for _ in range(2):
        await connection.brings(GET)
    assert [b"hello", b"hello"] == bodies(connection)
    assert all(each.startswith(b"HTTP/1.1 200 OK\r\n") for each in connection.pieces)


async def test_a_head_without_a_body_goes_when_the_answer_is_complete() -> None:
    connection = Connection(hello)
    await connection.brings(GET.replace(b"GET", b"HEAD"))
    assert [b""] == bodies(connection)
    await connection.brings(GET)
    assert [b"", b"hello"] == bodies(connection)


async def test_the_head_of_a_stream_goes_before_the_first_event() -> None:
    heads: list[bytes] = []

    async def events() -> AsyncIterator[bytes]:
        heads.extend(connection.pieces)
        yield b"one"
        yield b"two"

    async def streaming(scope: Scope, receive: Receive, send: Send) -> None:
        await StreamingResponse(events())(scope, receive, send)

    connection = Connection(streaming)
    await connection.brings(GET)
    assert [*heads, b"3\r\none\r\n", b"3\r\ntwo\r\n", b"0\r\n\r\n"] == connection.pieces
    assert heads


async def test_leave_to_send_a_body_is_given_at_once() -> None:
    connection = Connection(hello)
    connection.begins(b"POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 1\r\n\r\n")
    await asyncio.sleep(0)
    assert [b"HTTP/1.1 100 Continue\r\n\r\n"] == connection.pieces
    await connection.brings(b"x")
    assert [b"", b"hello"] == bodies(connection)
