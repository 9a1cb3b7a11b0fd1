"""The provider at work: its files in one directory, its answers on one socket, its postman beside them."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import uvicorn

from florin.sandbox_provider.app import create_app
from florin.sandbox_provider.desk import Desk
from florin.sandbox_provider.journal import Journal
from florin.sandbox_provider.merchant_file import write_merchant_file
from florin.sandbox_provider.postman import PATIENCE_S, Postman
from florin.sandbox_provider.signing import load_signing_key


class _Server(uvicorn.Server):
    """Leaves signals to whoever has started it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take none."""
        yield


async def serve(
    data_dir: Path,
    listener: socket.socket,
    on_ready: Callable[[], None],
    merchant: httpx.AsyncBaseTransport | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> None:
    """Answer on a socket until cancelled. What happened before a kill is in the journal and goes on.

    Args:
        data_dir: of this provider alone.
        listener: what to answer on.
        on_ready: called once, when the merchant's file is written and requests are answered.
        merchant: takes the notifications; absent, they travel over HTTP.
        clock: what the provider goes by.

    Raises:
        JournalTaken: another process serves from this directory.
        JournalDamaged: the journal is not what was written.
        OSError: the directory is missing, or the journal cannot be written.
    """
    journal = Journal(data_dir / "journal.jsonl")
    try:
        key = load_signing_key(data_dir / "signing-key.pem")
        merchant_id, api_key = write_merchant_file(data_dir, listener, key)
        desk = Desk(journal, merchant_id)
        async with httpx.AsyncClient(transport=merchant, timeout=PATIENCE_S, trust_env=False) as client:
            postman = Postman(desk, key, client, clock)
            app = create_app(desk, postman, api_key, clock)
            # Nobody has to wait for the first answer: who comes now stands in the socket's queue.
            on_ready()
            config = uvicorn.Config(
                app, ws="none", lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=1
            )
            await _answer_and_tell(_Server(config), listener, postman)
    finally:
        journal.close()


async def _answer_and_tell(server: uvicorn.Server, listener: socket.socket, postman: Postman) -> None:
    """Do both until one ends: a provider that cannot keep its journal any more must not go on answering."""
    answering = asyncio.create_task(server.serve([listener]))
    telling = asyncio.create_task(postman.deliver_for_ever())
    try:
        ended, _ = await asyncio.wait((answering, telling), return_when=asyncio.FIRST_COMPLETED)
        for each in ended:
            each.result()
    finally:
        telling.cancel()
        server.should_exit = True
        await asyncio.gather(answering, telling, return_exceptions=True)
