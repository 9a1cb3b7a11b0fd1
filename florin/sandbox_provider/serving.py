"""The provider at work: its files in one directory, its answers on one socket, its postman beside them."""

import asyncio
import os
import socket
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex, token_urlsafe
from typing import Final

import httpx
import uvicorn

from florin.sandbox_provider.app import create_app
from florin.sandbox_provider.desk import CURRENCY, Desk
from florin.sandbox_provider.journal import Journal
from florin.sandbox_provider.postman import PATIENCE_S, Postman
from florin.sandbox_provider.signing import SigningKey, load_signing_key

MERCHANT_FILE: Final = "merchant.toml"

_MERCHANT: Final = """\
# What a merchant needs to be paid through this provider. Florin reads it as it is (FLORIN_PAYMENT_PROVIDERS).
[sandbox]
kind = "sandbox"
unit = "{currency}"
least_minor = 1
most_minor = 5000000
address = "{address}"
merchant_id = "{merchant_id}"
api_key = "{api_key}"

[sandbox.public_keys]
"{serial}" = "{public_key}"
"""


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
) -> None:
    """Answer on a socket until cancelled. What happened before a kill is in the journal and goes on.

    Args:
        data_dir: of this provider alone.
        listener: what to answer on.
        on_ready: called once, when the merchant's file is written and requests are answered.
        merchant: takes the notifications; absent, they travel over HTTP.

    Raises:
        JournalTaken: another process serves from this directory.
        JournalDamaged: the journal is not what was written.
        OSError: the directory is missing, or the journal cannot be written.
    """
    journal = Journal(data_dir / "journal.jsonl")
    try:
        key = load_signing_key(data_dir / "signing-key.pem")
        merchant_id, api_key = _write_merchant_file(data_dir / MERCHANT_FILE, listener, key)
        desk = Desk(journal, merchant_id)
        async with httpx.AsyncClient(transport=merchant, timeout=PATIENCE_S, trust_env=False) as client:
            postman = Postman(desk, key, client)
            app = create_app(desk, postman, api_key)
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


def _write_merchant_file(path: Path, listener: socket.socket, key: SigningKey) -> tuple[str, str]:
    """Write what the merchant needs, with his name and key of the first start; returns these two."""
    host, port, *_ = listener.getsockname()
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    try:
        former = tomllib.loads(path.read_text("utf-8"))["sandbox"]
        merchant_id, api_key = str(former["merchant_id"]), str(former["api_key"])
    except FileNotFoundError:
        merchant_id, api_key = f"sandbox{token_hex(4)}", token_urlsafe(24)
    content = _MERCHANT.format(
        currency=CURRENCY,
        address=address,
        merchant_id=merchant_id,
        api_key=api_key,
        serial=key.serial,
        public_key=key.public_key,
    )
    unfinished = path.with_suffix(".new")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    return merchant_id, api_key
