"""Claim links and claims over HTTP."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from florin.batch.orders.waiting_links import send_waiting_links
from florin.clearing.orders.link_tokens import link_of
from florin.domain.identifiers import wire_id
from florin.domain.order_life import OrderStatus
from florin.domain.people import Role
from tests.api.client import Client, Json, cny, code_of
from tests.api.conftest import Doors
from tests.api.test_logs import json_logs
from tests.corporate import Corporate, code_at
from tests.till import fresh
from tests.world import World


class Company:
    """A customer whose order goes out as links, and its buyer."""

    def __init__(self, doors: Doors, world: World) -> None:
        corporate = Corporate(world)
        self.doors, self.world = doors, world
        customer = corporate.customer(funding_minor=10_000_00)
        self._buyer = corporate.person(Role.BUYER, customer=customer)
        self.buyer: Client = doors.person(self._buyer)
        self.auditor: Client = doors.person(corporate.person(Role.AUDITOR))
        self.order = corporate.order(customer, OrderStatus.READY, delivery="links")
        self.path = f"/v1/orders/{wire_id('order', self.order.id)}/links"

    async def send(self, **options: str) -> httpx.Response:
        self.world.connection.execute("UPDATE login SET totp_last_step = NULL WHERE id = %s", (self._buyer.login_id,))
        response = await self.buyer.post(self.path, {"totp_code": code_at(datetime.now(UTC))}, **options)
        await send_waiting_links(self.doors.house)
        return response

    def token(self, place: int = 0, sending: int = 1) -> str:
        """What the deliverer puts into the link of a card of the first line."""
        vault, card = self.world.vault, self.order.cards[0][place]
        link = link_of(vault, "https://cards.example/claim", vault.cards.writing_key_id, card.id, sending)
        return link.partition("#")[2]

    async def links(self) -> list[Json]:
        return list((await self.buyer.get(self.path)).json()["items"])

    async def ask(self, what: str, token: str) -> httpx.Response:
        return await self.doors.nobody.post(f"/v1/{what}", {"token": token}, key=None)


@pytest.fixture
def company(doors: Doors, world: World) -> Company:
    return Company(doors, world)


async def test_a_recipient_claims_a_card_by_its_link(company: Company) -> None:
    sent = await company.send()
    assert (202, 3, None) == (sent.status_code, sent.json()["cards"], sent.json()["done_at"])
    token, card = company.token(), company.order.cards[0][0]

    preview = await company.ask("claims/preview", token)
    shown = {"programme": "Home", "sender": "Honeynut 有限公司", "denomination": cny(100_00), "is_active": False}
    assert {**shown, "expires_at": preview.json()["expires_at"]} == preview.json()
    claimed = await company.ask("claims", token)
    ecode = "-".join(card.ecode[at : at + 4] for at in range(0, 20, 4))
    secrets = {"number": card.number, "pin": card.pin, "e_code": ecode, "card_expires_on": None}
    assert {**shown, **secrets} == claimed.json()
    assert "no-store" == claimed.headers["cache-control"]
    for what in ("claims", "claims/preview"):
        assert (409, "link_claimed") == code_of(await company.ask(what, token))


async def test_of_fifty_claims_at_once_one_shows_the_card(company: Company) -> None:
    await company.send()

    answers = await asyncio.gather(*(company.ask("claims", company.token()) for _ in range(50)))

    assert 1 == [each.status_code for each in answers].count(200)
    assert [(409, "link_claimed")] * 49 == [code_of(each) for each in answers if each.is_error]


async def test_the_buyer_sees_who_has_claimed_and_nothing_of_the_cards(company: Company) -> None:
    await company.send()
    await company.ask("claims", company.token(1))
    company.world.connection.execute("UPDATE card SET status = 'active' WHERE id = %s", (company.order.cards[0][1].id,))

    links = await company.links()

    assert [("1-000001", "sent"), ("1-000002", "claimed"), ("1-000003", "sent")] == [
        (each["card"], each["status"]) for each in links
    ]
    assert {"card", "status", "sending", "sent_at", "expires_at"} == {name for each in links for name in each}
    first = (await company.auditor.get(company.path, params={"limit": 2})).json()
    rest = (await company.auditor.get(company.path, params={"cursor": first["next_cursor"]})).json()
    assert links == first["items"] + rest["items"]
    assert rest["next_cursor"] is None


async def test_a_link_is_sent_once_more_after_a_day(company: Company) -> None:
    await company.send()
    resend = f"{company.path}/resend"

    assert (409, "link_sent_today") == code_of(await company.buyer.post(resend, {"card": "1-000001"}, key=None))
    company.world.connection.execute(
        "UPDATE claim_link SET sent_at = sent_at - %s WHERE order_id = %s", (timedelta(days=1), company.order.id)
    )
    again = await company.buyer.post(resend, {"card": "1-1"}, key=None)
    assert (200, "1-000001", 2) == (again.status_code, again.json()["card"], again.json()["sending"])
    assert (404, "link_not_accepted") == code_of(await company.ask("claims", company.token()))
    assert 200 == (await company.ask("claims", company.token(sending=2))).status_code
    assert (404, "link_not_found") == code_of(await company.buyer.post(resend, {"card": "9-1"}, key=None))
    assert (422, "invalid_request") == code_of(await company.buyer.post(resend, {"card": "first"}, key=None))


async def test_links_are_sent_once(company: Company) -> None:
    key = fresh("links")
    first = await company.send(key=key)
    again = await company.send(key=key)

    assert (None, "true") == tuple(each.headers.get("Idempotent-Replayed") for each in (first, again))
    assert (3, True) == (again.json()["sent"], again.json()["done_at"] is not None)
    assert (409, "nothing_to_deliver") == code_of(await company.send())
    assert 3 == len(await company.links())


@pytest.mark.parametrize("token", ["x", "fl_clm_" + "0" * 40, "é" * 100])
async def test_what_is_no_link_gets_one_answer(company: Company, token: str) -> None:
    for what in ("claims", "claims/preview"):
        assert (404, "link_not_accepted") == code_of(await company.ask(what, token))


async def test_an_expired_link_says_so(company: Company) -> None:
    await company.send()
    company.world.connection.execute(
        "UPDATE claim_link SET expires_at = sent_at WHERE order_id = %s", (company.order.id,)
    )
    for what in ("claims", "claims/preview"):
        assert (409, "link_expired") == code_of(await company.ask(what, company.token()))
    assert {"expired"} == {each["status"] for each in await company.links()}


async def test_no_token_and_no_card_is_logged_or_told_to_the_buyer(
    company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    token, card = company.token(), company.order.cards[0][0]
    with json_logs():
        sent = await company.send()
        await company.ask("claims/preview", token)
        await company.ask("claims", token)
        refused = await company.ask("claims", token)
        events = await company.doors.operator.get("/v1/events")
        links = await company.buyer.get(company.path)
    captured = capsys.readouterr()
    texts = [captured.err, captured.out, *(each.text for each in (sent, refused, events, links))]

    assert "card_link.sent" in events.text
    secrets = (token, token[7:-8], card.number, card.pin, card.ecode)
    assert [] == [secret for secret in secrets for text in texts if secret in text]
