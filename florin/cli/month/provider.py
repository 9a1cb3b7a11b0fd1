"""The provider to practise with, in this process and by the month's clock, and the hands of whoever pays on its pages.

Its notifications wait until they are sent for, so that each arrives at the moment that the story wants. They reach us
by the step that every callback is taken by, signature and age included.
"""

import asyncio
import tomllib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import httpx

from florin.batch.demo_tills import StoryInterrupted
from florin.clearing.house import ClearingHouse
from florin.clearing.payments.receive_callback import receive_callback
from florin.cli.listening import listen
from florin.cli.provider_beside import directory_of_provider
from florin.sandbox_provider.merchant_file import MERCHANT_FILE
from florin.sandbox_provider.serving import serve
from florin.settings import Settings

NAME: Final = "sandbox"


class _OurDoor(httpx.AsyncBaseTransport):
    """Where the provider's notifications arrive, once the house that takes them is open."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.house: ClearingHouse | None = None
        self._clock = clock

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        if self.house is None:
            return httpx.Response(httpx.codes.SERVICE_UNAVAILABLE)
        taken = await receive_callback(self.house, NAME, request.headers, body, self._clock())
        return httpx.Response(httpx.codes.OK if taken else httpx.codes.UNAUTHORIZED)


@dataclass(frozen=True, slots=True)
class Provider:
    """The provider at work: the settings that name it, its door to us, and a tester's hand on it."""

    settings: Settings
    _door: _OurDoor = field(repr=False)
    _http: httpx.AsyncClient = field(repr=False)

    def tell(self, house: ClearingHouse) -> None:
        """Let notifications arrive at a house."""
        self._door.house = house

    async def pay(self, pay_url: str) -> None:
        """Pay as a person does, by a click on the page."""
        await self._ask("POST", f"{pay_url}/pay")

    async def refuse(self, pay_url: str) -> None:
        """Refuse as a person does."""
        await self._ask("POST", f"{pay_url}/refuse")

    async def pay_less(self, pay_url: str, by_minor: int) -> None:
        """Pay less than is asked for, which no provider should let anybody do."""
        await self._behave(paid_off_by_minor=-by_minor)
        await self.pay(pay_url)
        await self.hold_back()

    async def hold_back(self) -> None:
        """Keep notifications until they are sent for."""
        await self._behave(hold=True)

    async def behave_well(self) -> None:
        """Do from now on what a provider should."""
        await self._behave()

    async def pay_out(self) -> tuple[str, int]:
        """Have the provider send all that it has of ours to the bank: its name for that, and the minor units sent."""
        told = (await self._ask("POST", "/control/payout")).json()
        return told["payout_id"], told["amount_minor"]

    async def notify(self, *, again: bool = False) -> None:
        """Send what was not taken, one after the other; ``again``: all that there ever was, the newest first."""
        asked = {"taken": True, "order": "newest_first"} if again else {}
        await self._ask("POST", "/control/notifications", asked)

    async def _behave(self, **behaviour: object) -> None:
        kept = {"hold": True, **behaviour} if behaviour else {}
        await self._ask("PUT", "/control/behaviour", kept)

    async def _ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        answer = await self._http.request(method, path, json=body)
        if answer.is_error:
            raise StoryInterrupted(f"the provider answered {answer.status_code}: {answer.text[:200]}")
        return answer


@asynccontextmanager
async def provider_inside(settings: Settings, clock: Callable[[], datetime]) -> AsyncIterator[Provider]:
    """The provider on a port of this machine, for as long as the context lasts; its files are in the data directory."""
    directory, door = directory_of_provider(settings), _OurDoor(clock)
    with listen("127.0.0.1", 0) as listener:
        ready = asyncio.Event()
        serving = asyncio.create_task(serve(directory, listener, ready.set, door, clock))
        try:
            begun = asyncio.create_task(ready.wait())
            await asyncio.wait({serving, begun}, return_when=asyncio.FIRST_COMPLETED)
            begun.cancel()
            if serving.done():
                serving.result()
            merchant_file = directory / MERCHANT_FILE
            account = tomllib.loads(merchant_file.read_text("utf-8"))[NAME]
            key = {"Authorization": f"Bearer {account['api_key']}"}
            async with httpx.AsyncClient(base_url=account["address"], headers=key, trust_env=False) as http:
                provider = Provider(settings.model_copy(update={"payment_providers": merchant_file}), door, http)
                await provider.hold_back()
                yield provider
                await provider.behave_well()
        finally:
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving
