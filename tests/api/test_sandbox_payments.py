"""The whole way over HTTP: a member's payment, a click on the provider's page, its signed callbacks, the wallet."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from florin.api.app import create_app
from florin.batch.payments.follow_payments import follow_payments
from florin.batch.payments.send_refunds import send_refunds
from florin.clearing.house import ClearingHouse
from florin.gateways.payment_provider import PaymentOffer
from florin.gateways.provider_accounts import providers_of
from florin.settings import Settings
from tests.api.client import Client, Json, cny
from tests.api.conftest import Doors, open_session
from tests.running_sandbox import Sandbox, running_sandbox


@dataclass(frozen=True)
class Shopfront:
    """A member at one end, a provider that runs at the other, and our service between them."""

    sandbox: Sandbox
    house: ClearingHouse
    member: Client

    async def begin(self) -> Json:
        """A payment of a hundred yuan."""
        response = await self.member.post("/v1/me/payments", {"provider": "sandbox", "amount": cny(100_00)})
        assert 201 == response.status_code, response.text
        return response.json()

    async def click(self, payment: Json) -> None:
        """Pay as a person does."""
        assert not (await self.sandbox.pay(PaymentOffer(payment["pay_url"], None))).is_error

    async def status(self, payment: Json) -> tuple[str, Json]:
        """Where the payment stands, and what is in the wallet."""
        shown = (await self.member.get(f"/v1/me/payments/{payment['id']}")).json()
        return shown["status"], (await self.member.get("/v1/me/balance")).json()["balance"]


@pytest.fixture
async def shopfront(doors: Doors, tmp_path: Path) -> AsyncIterator[Shopfront]:
    doors.world.clock.now = datetime.now(UTC)
    late = _Later()
    async with running_sandbox(tmp_path, late) as sandbox:
        providers = providers_of(Settings(payment_providers=sandbox.merchant_file))
        house = replace(doors.house, providers=providers, public_url="http://florin.test")
        app = create_app(house, Settings())
        late.transport = httpx.ASGITransport(app=app)
        member = Client(app).having(open_session(doors.world, doors.world.member(named=True)))
        yield Shopfront(sandbox, house, member)


class _Later(httpx.AsyncBaseTransport):
    """The way to a service that is put together after its provider."""

    transport: httpx.AsyncBaseTransport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self.transport.handle_async_request(request)


async def test_a_click_on_the_providers_page_fills_the_wallet_once(shopfront: Shopfront) -> None:
    payment = await shopfront.begin()
    assert ("offered", cny(0)) == await shopfront.status(payment)
    await shopfront.click(payment)
    for _ in range(2):
        await shopfront.sandbox.send_now(taken=True, order="newest_first")
    assert ("credited", cny(100_00)) == await shopfront.status(payment)


async def test_a_callback_that_never_comes_is_found_by_asking(shopfront: Shopfront) -> None:
    payment = await shopfront.begin()
    await shopfront.sandbox.behave(hold=True)
    await shopfront.click(payment)
    assert "offered" == (await shopfront.status(payment))[0]
    await follow_payments(shopfront.house, datetime.now(UTC) + timedelta(minutes=1))
    assert ("credited", cny(100_00)) == await shopfront.status(payment)


async def test_a_fen_more_than_was_asked_for_credits_nothing(shopfront: Shopfront) -> None:
    payment = await shopfront.begin()
    await shopfront.sandbox.behave(paid_off_by_minor=1)
    await shopfront.click(payment)
    await shopfront.sandbox.send_now()
    assert ("disputed", cny(0)) == await shopfront.status(payment)


async def test_unspent_money_goes_back_to_the_provider(shopfront: Shopfront) -> None:
    payment = await shopfront.begin()
    await shopfront.click(payment)
    await shopfront.sandbox.send_now()
    answer = await shopfront.member.post(f"/v1/me/payments/{payment['id']}/refunds", {"amount": cny(30_00)})
    assert 201 == answer.status_code, answer.text
    await send_refunds(shopfront.house, datetime.now(UTC))
    shown = (await shopfront.member.get(f"/v1/me/payments/{payment['id']}")).json()
    assert [("paid", cny(30_00))] == [(each["status"], each["amount"]) for each in shown["refunds"]]
    assert cny(70_00) == (await shopfront.member.get("/v1/me/balance")).json()["balance"]
