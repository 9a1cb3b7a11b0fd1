"""``florin serve``: the service."""

import asyncio
import errno
import gc
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Final

import typer
import uvicorn
from uvicorn.loops.auto import auto_loop_factory

from florin.api.app import create_app
from florin.api.logs import configure_logs
from florin.cli.demo_sheet import prepare_demo, show_demo
from florin.cli.duties import duties_of, on_duty
from florin.cli.exit_codes import Refusal
from florin.cli.house import OpenHouse, open_house
from florin.cli.printing import say
from florin.cli.running import read_settings, run
from florin.crypto.keyring import Keyring, KeyringExists
from florin.settings import Settings

app = typer.Typer()

_BACKLOG: Final = 2_048
_LAST_ANSWERS_S: Final = 30
"""How long requests under way may take to end when the service stops; the transaction limit is shorter."""

_YOUNG_OBJECTS: Final = 50_000
_COLLECTIONS_PER_OLDER: Final = 20


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; FLORIN_HOST if absent.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="Port to listen on, 0 for any; FLORIN_PORT if absent.")
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="With a keyring, a programme and an opening story.")] = False,
) -> None:
    """Serve the API until SIGTERM or Ctrl-C, which let the requests under way end."""
    settings = read_settings()
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = settings.model_copy(update=given)
    with _listening(settings.host, settings.port) as listener:
        if demo:
            _make_keyring_if_missing(settings)
        run(_serve(settings, listener, demo=demo), loop_factory=auto_loop_factory())


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """The socket, taken before anything is started: a second service on the port is refused at once.

    Clients that come while the database starts wait in its queue.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Refusal(
                f"port {port} on {host} is in use by another program: stop that one, or take another port with "
                f"--port (make run PORT={port + 1})"
            ) from None
        raise Refusal(f"cannot listen on {host} port {port}: {error.strerror}") from None
    with listener:
        yield listener


def _make_keyring_if_missing(settings: Settings) -> None:
    try:
        Keyring.create(settings.keyring_path)
    except KeyringExists:
        return
    say(f"A new keyring is at {settings.keyring_path}.")


async def _serve(settings: Settings, listener: socket.socket, *, demo: bool) -> None:
    configure_logs(settings.log_level, settings.log_format)
    host, port, *_ = listener.getsockname()
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    async with open_house(settings) as house:
        if demo:
            show_demo(await prepare_demo(house.clearing, settings.data_dir), address, settings.data_dir)
        server = _server(settings, house)
        _stop_on_signals(server)
        spare_the_collector()
        say(f"Florin serves on {address}. Ctrl-C stops it.")
        async with on_duty(duties_of(house)):
            await server.serve([listener])


def _server(settings: Settings, house: OpenHouse) -> uvicorn.Server:
    config = uvicorn.Config(
        create_app(house.clearing, settings),
        http="httptools",
        ws="none",
        lifespan="on",
        # The API logs by itself, without secrets and with its request ids.
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=_LAST_ANSWERS_S,
    )
    return _Server(config)


class _Server(uvicorn.Server):
    """Leaves the signals to us: after the last answer there is a queue to work off and a database to stop."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _stop_on_signals(server: uvicorn.Server) -> None:
    """The first signal lets the requests under way end; Ctrl-C once more does not wait for them."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.handle_exit, number, None)


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
