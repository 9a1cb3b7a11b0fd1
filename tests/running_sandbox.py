"""The provider to practise with, in the test's own process and on a real socket, with its gateway beside it."""

import asyncio
import socket
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from florin.gateways.payment_provider import PaymentOffer, PaymentWanted, RefundWanted
from florin.gateways.provider_accounts import providers_of
from florin.gateways.sandbox import SandboxProvider
from florin.gateways.trusted_tls import trusted_tls
from florin.sandbox_provider.merchant_file import MERCHANT_FILE
from florin.sandbox_provider.serving import serve
from florin.settings import Settings

PATIENCE_S = 30


@dataclass(frozen=True)
class Sandbox:
    """A provider that runs: its address, the merchant's file, the gateway to it, and a tester's hand on it."""

    address: str
    merchant_file: Path
    provider: SandboxProvider
    client: httpx.AsyncClient

    async def pay(self, offer: PaymentOffer) -> httpx.Response:
        """Pay as a person does, by a click on the page."""
        return await self.client.post(f"{offer.pay_url}/pay")

    async def refuse(self, offer: PaymentOffer) -> httpx.Response:
        """Refuse as a person does."""
        return await self.client.post(f"{offer.pay_url}/refuse")

    async def behave(self, **behaviour: object) -> None:
        """Misbehave like this and no otherwise; well, without arguments."""
        (await self.client.put("/control/behaviour", json=behaviour)).raise_for_status()

    async def notifications(self) -> list[dict[str, Any]]:
        """What the provider has to tell, has told, or has given up telling."""
        found: list[dict[str, Any]] = (await self.client.get("/control/notifications")).json()
        return found

    async def send_now(self, **asked: object) -> dict[str, int]:
        """Send what was not taken at once; ``order="newest_first"``, and ``taken=True`` for all that there ever was."""
        sent: dict[str, int] = (await self.client.post("/control/notifications", json=asked)).json()
        return sent

    async def settle(self, refund_reference: str, *, paid: bool) -> None:
        """Say what becomes of a refund that waits."""
        path = f"/control/refunds/{refund_reference}/settle"
        (await self.client.post(path, json={"paid": paid})).raise_for_status()


@asynccontextmanager
async def running_sandbox(directory: Path, merchant: httpx.AsyncBaseTransport | None = None) -> AsyncIterator[Sandbox]:
    """Run the provider on the files of a directory; ``merchant`` takes its notifications, else they travel by HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ready = asyncio.Event()
        task = asyncio.create_task(serve(directory, listener, ready.set, merchant))
        try:
            waiting = asyncio.create_task(ready.wait())
            await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            if task.done():
                task.result()
            merchant_file = directory / MERCHANT_FILE
            account = providers_of(Settings(payment_providers=merchant_file))["sandbox"]
            assert isinstance(account.provider, SandboxProvider)
            file = tomllib.loads(merchant_file.read_text("utf-8"))["sandbox"]
            key = {"Authorization": f"Bearer {file['api_key']}"}
            async with httpx.AsyncClient(
                base_url=file["address"], headers=key, verify=trusted_tls(), trust_env=False
            ) as client:
                yield Sandbox(file["address"], merchant_file, account.provider, client)
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


class Letterbox(httpx.AsyncBaseTransport):
    """A merchant who keeps all that he is told, and answers as he is told to."""

    def __init__(self) -> None:
        self.letters: list[httpx.Request] = []
        self.status = 204
        self.arrived = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.letters.append(request)
        self.arrived.set()
        return httpx.Response(self.status)

    async def wait_for(self, number: int) -> list[httpx.Request]:
        """The letters, as soon as there are so many."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.letters) < number:
                self.arrived.clear()
                await self.arrived.wait()
        return self.letters


def payment_wanted(reference: str = "a" * 32, amount_minor: int = 10_000, **fields: Any) -> PaymentWanted:  # noqa: ANN401 (as `replace` takes them)
    """A payment that a test wants."""
    wanted = PaymentWanted(
        reference,
        amount_minor,
        "CNY",
        "Top-up of a wallet",
        datetime.now(UTC) + timedelta(minutes=30),
        "http://merchant.test/callback",
    )
    return replace(wanted, **fields)


def refund_wanted(reference: str = "b" * 32, amount_minor: int = 10_000) -> RefundWanted:
    """A refund of the payment that a test wants."""
    return RefundWanted(reference, "a" * 32, None, amount_minor, 10_000, "CNY", "Cooling-off")
