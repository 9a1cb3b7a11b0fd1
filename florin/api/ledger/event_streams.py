"""Streams of server-sent events (HTML Standard, section 9.2): few at once, none for ever, all ended with the service.

Between two events a stream keeps nothing but its place: whatever it tells, it reads with a connection that it gives
back before it sends, so a slow client holds up nobody.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from fastapi.sse import format_sse_event
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from florin.api.problems.document import Refused
from florin.domain.declines import Decline

HEARTBEAT: Final = format_sse_event(comment="nothing new")
"""What keeps the connection open, and shows that it is; clients pass over it."""

HEARTBEAT_EVERY_S: Final = 15
LONGEST_S: Final = 300
"""After this long a stream ends and its client comes again: so that whoever may not see it any more is noticed."""

COME_AGAIN_MS: Final = 2_000


class EventStreams:
    """The places for streams in one process, ``limit`` of them."""

    def __init__(self, limit: int) -> None:
        self._free = limit
        self._ended = asyncio.Event()

    def require_place(self) -> None:
        """Refuse (`BUSY`) a stream for which there is no place, or that begins while the service stops."""
        if self._free <= 0 or self._ended.is_set():
            raise Refused(Decline.BUSY, "as many streams are open as the service keeps open at once")

    @contextmanager
    def place(self) -> Iterator[None]:
        """Keep a place for as long as a stream is open."""
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1

    async def wait(self, seconds: float) -> bool:  # not money: seconds
        """Wait until there may be news, and say whether the service still goes on by then."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), seconds)
        return not self._ended.is_set()

    def end(self) -> None:
        """Let every stream end at once, and open no more: the service stops, which would wait for them."""
        self._ended.set()


class EventStream(StreamingResponse):
    """An answer that goes on as its events come; it takes its place when it is sent, and leaves it whatever happens.

    `Refused` with `BUSY` when there is no place for it.
    """

    media_type: str | None = "text/event-stream"

    def __init__(self, events: AsyncIterator[bytes], streams: EventStreams) -> None:
        streams.require_place()
        # A proxy that collects the answer before it passes it on would make a report of it.
        super().__init__(events, headers={"X-Accel-Buffering": "no"})
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events until there are no more, or until the client goes away."""
        with self._streams.place():
            await super().__call__(scope, receive, send)


def event(name: str, data: str) -> bytes:
    """An event with JSON."""
    return format_sse_event(event=name, data_str=data, retry=COME_AGAIN_MS)
