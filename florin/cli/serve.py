"""``florin serve``: the service."""

import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from typing import Annotated

import typer
from pydantic import SecretStr
from uvicorn.loops.auto import auto_loop_factory

from florin.api.logs import configure_logs
from florin.cli.demo_sheet import prepare_demo, show_demo
from florin.cli.duties import duties_of, on_duty
from florin.cli.house import OpenHouse, open_house
from florin.cli.listening import listen
from florin.cli.printing import say
from florin.cli.provider_beside import provider_beside
from florin.cli.running import read_settings, run
from florin.cli.workers import answer_in_processes
from florin.crypto.keyring import Keyring, KeyringExists
from florin.settings import Settings

app = typer.Typer()

_Answering = Callable[[OpenHouse, Callable[[], None]], Awaitable[None]]
"""Answers requests from an open house, and tells when it begins to, until it is to stop."""


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
    with ExitStack() as listening:
        listeners = [listening.enter_context(each) for each in _listeners(settings)]
        if demo:
            _make_keyring_if_missing(settings)
        run(_serve_demo(settings, listeners) if demo else _serve(settings, listeners), loop_factory=auto_loop_factory())


def _listeners(settings: Settings) -> list[socket.socket]:
    """A socket for each worker, taken before anything is started: a second service on the port is refused at once.

    Clients that come while the database starts wait in its queue.
    """
    first = listen(settings.host, settings.port)
    if settings.workers == 1:
        return [first]
    # The kernel spreads connections evenly over sockets that share a port, but would let other programs share it too.
    # So the port is first taken by a socket that shares it with nobody, and only then by those that do.
    with first:
        port = first.getsockname()[1]
    return [listen(settings.host, port, shared=True) for _ in range(settings.workers)]


def _make_keyring_if_missing(settings: Settings) -> None:
    try:
        Keyring.create(settings.keyring_path)
    except KeyringExists:
        return
    say(f"A new keyring is at {settings.keyring_path}.")


async def _serve_demo(settings: Settings, listeners: Sequence[socket.socket]) -> None:
    async with provider_beside(settings) as with_provider:
        await _serve(with_provider, listeners, demo=True)


async def _serve(settings: Settings, listeners: Sequence[socket.socket], *, demo: bool = False) -> None:
    configure_logs(settings.log_level, settings.log_format)
    host, port, *_ = listeners[0].getsockname()
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    settings = settings.model_copy(update={"public_url": settings.public_url or address})

    def tell_ready() -> None:
        say(f"Florin serves on {address}. Ctrl-C stops it.")

    answer = _alone(settings, listeners[0]) if len(listeners) == 1 else _in_processes(settings, listeners)
    async with open_house(settings) as house:
        if demo:
            show_demo(await prepare_demo(house.clearing, settings.data_dir), address, settings.data_dir)
        async with on_duty(duties_of(house, settings)):
            await answer(house, tell_ready)


def _alone(settings: Settings, listener: socket.socket) -> _Answering:
    """Answer in this process."""
    from florin.cli.answering import answer_requests  # noqa: PLC0415 (seconds of imports, which a parent does without)

    return lambda house, on_ready: answer_requests(house.clearing, settings, listener, on_ready)


def _in_processes(settings: Settings, listeners: Sequence[socket.socket]) -> _Answering:
    """Have a process answer on each of the listeners."""

    async def answer(house: OpenHouse, on_ready: Callable[[], None]) -> None:
        # The embedded server is this process's to start and stop; to the workers it is a server like any other.
        of_workers = settings.model_copy(update={"database_url": SecretStr(house.address.service_url)})
        await answer_in_processes(of_workers, listeners, on_ready)

    return answer
