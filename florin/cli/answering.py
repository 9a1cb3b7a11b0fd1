"""Answering requests: the HTTP server of one process around one clearing house."""

import asyncio
import gc
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

import uvicorn

from florin.api.app import create_app, event_streams
from florin.clearing.house import ClearingHouse
from florin.cli.listening import BACKLOG, LAST_ANSWERS_S
from florin.cli.whole_answers import WholeAnswers
from florin.settings import Settings

_YOUNG_OBJECTS: Final = 50_000
_COLLECTIONS_PER_OLDER: Final = 20


class HttpServer(uvicorn.Server):
    """Tells when it is ready, and leaves the signals to us: after the last answer there is a queue to work off."""

    def __init__(self, house: ClearingHouse, settings: Settings, on_ready: Callable[[], None]) -> None:
        """Build the application; `serve` of the base class then takes the sockets to answer on."""
        self._streams = event_streams(settings)
        super().__init__(
            uvicorn.Config(
                create_app(house, settings, self._streams),
                http=WholeAnswers,
                ws="none",
                lifespan="on",
                # The API logs by itself, without secrets and with its request ids.
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=bool(settings.trusted_proxies),
                forwarded_allow_ips=settings.trusted_proxies,
                backlog=BACKLOG,
                timeout_graceful_shutdown=LAST_ANSWERS_S,
            )
        )
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        self._on_ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signal: `stop_on_signals` does."""
        yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop after the last answer, which must not be a stream that goes on for minutes."""
        self._streams.end()
        super().handle_exit(sig, frame)

    def stop_on_signals(self) -> None:
        """The first signal lets the requests under way end; Ctrl-C once more does not wait for them."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)

    def stop_at(self, descriptor: int) -> None:
        """Let the requests under way end when something can be read from a descriptor."""
        loop = asyncio.get_running_loop()

        def stop() -> None:
            loop.remove_reader(descriptor)
            self.handle_exit(signal.SIGTERM, None)

        loop.add_reader(descriptor, stop)


async def answer_requests(
    house: ClearingHouse,
    settings: Settings,
    listener: socket.socket,
    on_ready: Callable[[], None],
    *,
    stop_at: int | None = None,
) -> None:
    """Answer requests until a signal, or until ``stop_at`` can be read; returns after the last answer.

    ``on_ready`` is called once, when requests are answered; ``stop_at`` is a descriptor.
    """
    server = HttpServer(house, settings, on_ready)
    server.stop_on_signals()
    if stop_at is not None:
        server.stop_at(stop_at)
    spare_the_collector()
    await server.serve([listener])


def spare_the_collector() -> None:
    """Let the garbage collector look at young objects only, and less often.

    A posting makes hundreds of objects and no cycles, so a collection after every 700 of them finds nothing, and the
    occasional full one walks modules, routes and the catalogue, which live as long as the process: together 25 % of
    the processor time of a posting, measured. What exists now is therefore set aside for good (``gc.freeze``), and
    collections come when there is something to find.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS, _COLLECTIONS_PER_OLDER, _COLLECTIONS_PER_OLDER)
