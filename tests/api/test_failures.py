"""What callers are told when the service itself is at its limit, or fails."""

import asyncio
from typing import Any

import httpx
import pytest

from florin.api.app import create_app
from florin.api.failures import refusal_of
from florin.domain.invalid_field import InvalidField
from florin.domain.scopes import TILL_SCOPES
from florin.settings import Settings
from florin.storage.connect import DatabaseUnavailable
from florin.storage.posting.engine import EngineLimits, PostingEngine
from florin.storage.posting.request import BrokenError, BusyError, KeyReusedError, OutcomeUnknownError
from tests.api.client import Client, cny, code_of
from tests.api.conftest import Doors, issue_key
from tests.cut_wire import wire_to
from tests.till import fresh
from tests.world import KnownCard, World

CARD = "/v1/cards/card_" + "0" * 32


def by_e_code(card: KnownCard, amount_minor: int) -> dict[str, Any]:
    return {"pay_with": {"e_code": card.ecode}, "amount": cny(amount_minor), "reference": fresh("ref")}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BusyError("x"), "busy"),
        (DatabaseUnavailable("x"), "busy"),
        (OutcomeUnknownError("x"), "outcome_unknown"),
        (KeyReusedError("x"), "idempotency_key_reused"),
        (BrokenError("x"), "internal_error"),
        (InvalidField("name", "too long"), "invalid_request"),
        (ZeroDivisionError("x"), "internal_error"),
    ],
)
def test_every_failure_has_its_problem_and_tells_no_more(error: Exception, code: str) -> None:
    refused = refusal_of(error, "req_1")
    assert code == refused.code
    assert "x" not in (refused.detail or "").split()


async def test_a_full_queue_is_said_at_once_and_the_key_stays_free(world: World) -> None:
    card = world.card()
    async with world.clearing_house(EngineLimits(queue=1, lanes=1)) as house:
        client = Client(create_app(house, Settings())).having(issue_key(world, world.shop.id, TILL_SCOPES))
        await house.engine.current_catalogue(-1)
        keys = [fresh("key") for _ in range(8)]
        bodies = [by_e_code(card, 1_00) for _ in keys]
        responses = await asyncio.gather(
            *(client.post("/v1/purchases", body, key=key) for body, key in zip(bodies, keys, strict=True))
        )
        refused = [each for each in responses if each.status_code != 201]
        assert refused
        assert {((503, "busy"), "1")} == {(code_of(each), each.headers["Retry-After"]) for each in refused}
        for body, key in zip(bodies, keys, strict=True):
            assert 201 == (await client.post("/v1/purchases", body, key=key)).status_code
    assert 92_00 == world.balance(card.id).principal_minor


async def test_a_failure_that_nobody_foresaw_is_a_problem_without_detail(
    doors: Doors, shop: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ZeroDivisionError("secret of the house")

    monkeypatch.setattr(PostingEngine, "submit", fail)
    monkeypatch.setattr("florin.api.cards.card_routes.find_card", fail)
    card = world.card()
    for response in (await shop.post("/v1/purchases", by_e_code(card, 1_00)), await doors.operator.get(CARD)):
        assert (500, "internal_error") == code_of(response)
        assert "secret of the house" not in response.text


async def test_a_database_that_is_away_is_said_to_be_busy(world: World, doors: Doors) -> None:
    async with world.clearing_house(pool_size=1) as house:
        client = Client(create_app(house, Settings())).having(doors.operator.headers["Authorization"].split()[1])
        await house.pool.close()
        response = await client.get(CARD)
    assert ((503, "busy"), "1") == (code_of(response), response.headers["Retry-After"])


async def test_slow_routes_are_capped_and_the_service_still_says_that_it_lives(doors: Doors, world: World) -> None:
    app = create_app(doors.house, Settings(slow_request_limit=1))
    client = Client(app).having(doors.operator.headers["Authorization"].removeprefix("Bearer "))
    with world.connection.transaction():
        world.connection.execute("LOCK TABLE card IN ACCESS EXCLUSIVE MODE")
        waiting = asyncio.create_task(client.get(CARD))
        while not world.rows("SELECT FROM pg_locks WHERE NOT granted"):  # noqa: ASYNC110 (a lock has no event)
            await asyncio.sleep(0)
        refused = await client.get(CARD)
        alive = await client.get("/healthz")
    assert ((503, "busy"), "1") == (code_of(refused), refused.headers["Retry-After"])
    assert 200 == alive.status_code
    assert (404, "card_not_found") == code_of(await waiting)
    assert (404, "card_not_found") == code_of(await client.get(CARD))


async def test_a_client_that_goes_away_does_not_stop_its_posting(world: World, doors: Doors, shop: Client) -> None:
    card = world.card()
    body = httpx.Request("POST", "http://florin.test", json=by_e_code(card, 1_00)).content
    parts: list[dict[str, Any]] = [
        {"type": "http.request", "body": body, "more_body": False},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Any:  # noqa: ANN401 (ASGI's messages)
        return parts.pop(0)

    async def send(_: object) -> None:
        return None

    headers = {**shop.headers, "Idempotency-Key": fresh("key"), "Content-Type": "application/json"}
    scope = {
        "type": "http", "method": "POST", "path": "/v1/purchases",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    await doors.app(scope, receive, send)
    assert 99_00 == world.balance(card.id).principal_minor
    parts[:] = [{"type": "http.request", "body": body[:10], "more_body": True}, {"type": "http.disconnect"}]
    await doors.app(scope, receive, send)
    assert 99_00 == world.balance(card.id).principal_minor


async def test_a_change_whose_commit_nobody_answered_is_unknown(world: World, doors: Doors) -> None:
    operator = doors.operator.headers["Authorization"].removeprefix("Bearer ")
    async with wire_to(world.database.url) as wire, world.clearing_house(pool_size=1, url=wire.url) as house:
        client = Client(create_app(house, Settings())).having(operator)
        assert 200 == (await client.get("/v1/merchants")).status_code
        wire.cuts = 1
        response = await client.post("/v1/merchants", {"code": "corner", "name": "Corner"})
        assert ((503, "outcome_unknown"), "1") == (code_of(response), response.headers["Retry-After"])
        again = await client.post("/v1/merchants", {"code": "corner", "name": "Corner"})
    assert (409, "code_taken") == code_of(again)
