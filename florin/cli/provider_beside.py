"""The demo's payment provider: a process of its own beside the service, which is its merchant."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from florin.cli.exit_codes import Refusal
from florin.cli.kept_process import KeptProcess
from florin.cli.listening import listen
from florin.cli.printing import say
from florin.sandbox_provider.merchant_file import MERCHANT_FILE, write_merchant_file
from florin.sandbox_provider.signing import load_signing_key
from florin.settings import Settings

DEFAULT_PORT: Final = 8090
_DIRECTORY: Final = "sandbox-provider"
_PATIENCE_S: Final = 5


def directory_of_provider(settings: Settings) -> Path:
    """Where the provider to practise with has its files: a private directory, which is made here."""
    directory = settings.data_dir / _DIRECTORY
    for each in (settings.data_dir, directory):
        each.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory


@asynccontextmanager
async def provider_beside(settings: Settings) -> AsyncIterator[Settings]:
    """Settings that name a provider to practise with, which runs for as long as the context lasts.

    Settings that name providers already stay as they are. The provider takes its usual port, or any when that one is in
    use, and can be asked at once: what comes before it has started waits in its queue.
    """
    if settings.payment_providers is not None:
        yield settings
        return
    directory = directory_of_provider(settings)
    with _listener() as listener:
        write_merchant_file(directory, listener, load_signing_key(directory / "signing-key.pem"))
        process = KeptProcess(practise, directory, listener, patience_s=_PATIENCE_S)
        task = asyncio.create_task(process.keep_running())
        try:
            host, port = listener.getsockname()
            say(f"A payment provider to practise with is at http://{host}:{port} (docs/payment-providers.md).")
            yield settings.model_copy(update={"payment_providers": directory / MERCHANT_FILE})
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def practise(directory: Path, listener: socket.socket, parent: Connection) -> None:
    """Be the provider, in a process of its own, until the parent closes its end of the pipe or is gone."""
    # Ctrl-C reaches every process of the terminal; this one ends when its parent has ended.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(_practise(directory, listener, parent))


async def _practise(directory: Path, listener: socket.socket, parent: Connection) -> None:
    from florin.sandbox_provider.serving import serve  # noqa: PLC0415 (imports that the parent does without)

    def tell_ready() -> None:
        with suppress(BrokenPipeError):
            parent.send_bytes(b"ready")

    serving = asyncio.create_task(serve(directory, listener, tell_ready))
    loop = asyncio.get_running_loop()

    def stop() -> None:
        loop.remove_reader(parent.fileno())
        serving.cancel()

    loop.add_reader(parent.fileno(), stop)
    with suppress(asyncio.CancelledError):
        await serving


def _listener() -> socket.socket:
    try:
        return listen("127.0.0.1", DEFAULT_PORT)
    except Refusal:
        return listen("127.0.0.1", 0)
