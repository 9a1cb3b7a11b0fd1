"""Who is let in: by which token, with which scope, and from when until when."""

from typing import Any

import pytest
from fastapi import FastAPI

from florin.api.app import guarded_routes, routes_app
from florin.api.callers import REFRESH_EVERY_S, Audience, Doorkeeper
from florin.api.money.money_routes import MONEY_ROUTES
from florin.api.problems.document import Refused
from florin.api.routes import GuardedRoute, Routes
from florin.crypto.tokens import API_KEY, SESSION
from florin.domain.scopes import OPERATOR_SCOPES, TILL_SCOPES, Scope
from florin.storage.catalogue import RAISE_VERSION
from tests.api.client import Client, code_of, scope_of
from tests.api.conftest import Doors, issue_key, open_session
from tests.world import NOON, World

ALL_ROUTES: list[tuple[str, str, Any]] = [("POST", each.path, each.allows) for each in MONEY_ROUTES] + [
    (method, route.path, route.allows)
    for route in guarded_routes(routes_app())
    for method in sorted(route.methods or ())
]
CLOSED_ROUTES = [each for each in ALL_ROUTES if each[2] is not Audience.PUBLIC]
NOT_OURS = {"/openapi.json", "/docs", "/docs/oauth2-redirect", "/static-offline-docs"}


def concrete(path: str) -> str:
    """The path with an id that names nothing in each of its gaps."""
    prefixes = {"card": "card", "hold": "hld", "purchase": "pur"}
    for kind, prefix in prefixes.items():
        path = path.replace(f"{{{kind}_id}}", prefix + "_" + "0" * 32)
    return path


def test_a_route_cannot_be_declared_without_saying_whom_it_allows() -> None:
    with pytest.raises(TypeError, match="allows"):
        Routes("Open").get("/v1/open")(lambda: None)  # type: ignore[call-arg]


def test_every_route_of_the_application_is_guarded() -> None:
    app = routes_app()
    assert isinstance(app, FastAPI)
    unguarded = {getattr(route, "path", "") for route in app.routes if not isinstance(route, GuardedRoute)}
    assert unguarded == NOT_OURS


def test_what_is_public_is_a_short_list() -> None:
    public = sorted(path for _, path, allows in ALL_ROUTES if allows is Audience.PUBLIC and "/v1/" not in path)
    assert public == ["/healthz", "/metrics", "/problems/{code}", "/readyz"]


@pytest.mark.parametrize(("method", "path", "allows"), CLOSED_ROUTES, ids=str)
async def test_a_closed_route_lets_in_nobody_else(
    world: World, doors: Doors, method: str, path: str, allows: object
) -> None:
    everything = OPERATOR_SCOPES | TILL_SCOPES
    others = doors.nobody.having(issue_key(world, world.shop.id, everything - {scope_of(allows)}))
    session = doors.member(world.member())
    before = world.everything_that_counts()
    for client, expected in (
        (doors.nobody, (401, "unauthenticated")),
        (doors.nobody.having(API_KEY.new()[0]), (401, "unauthenticated")),
        (doors.nobody.having(SESSION.new()[0]), (401, "unauthenticated")),
        (others, (403, "insufficient_scope")),
    ):
        # The body is no JSON: whoever is not let in is not listened to.
        await doors.house.engine.current_catalogue(-1)
        response = await client.send(method, concrete(path), content=None if method == "GET" else b"{")
        assert expected == code_of(response)
    if allows is not Audience.MEMBER:
        assert (403, "insufficient_scope") == code_of(await session.send(method, concrete(path)))
    assert before == world.everything_that_counts()


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer fl_key_", "Bearer \xff\xfe", "bearer x y", "fl_key_0"],
)
async def test_what_is_no_token_gets_the_one_answer(doors: Doors, authorization: str) -> None:
    response = await doors.nobody.get("/v1/purchases", headers={"Authorization": authorization.encode("latin-1")})
    assert (401, "unauthenticated") == code_of(response)
    assert "Bearer" == response.headers["WWW-Authenticate"]


async def test_the_scheme_has_no_case(doors: Doors) -> None:
    token = doors.shop.headers["Authorization"].removeprefix("Bearer ")
    assert 200 == (await doors.nobody.get("/v1/purchases", headers={"Authorization": f"bEARER {token}"})).status_code


async def test_a_session_ends(world: World, doors: Doors) -> None:
    member = world.member()
    client = doors.nobody.having(open_session(world, member))
    body = {"number": "1", "pin": "1"}
    assert (402, "card_not_accepted") == code_of(await client.post("/v1/me/load-previews", body, key=None))
    world.connection.execute("UPDATE session SET revoked_at = now() WHERE member_id = %s", (member.id,))
    assert (401, "unauthenticated") == code_of(await client.post("/v1/me/load-previews", body, key=None))


class Ticks:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0  # not money: seconds

    def __call__(self) -> float:
        return self.now


async def admitted(doorkeeper: Doorkeeper, token: str) -> bool:
    try:
        await doorkeeper.admit(f"Bearer {token}".encode(), Scope.PURCHASES_WRITE, "req")
    except Refused:
        return False
    return True


async def test_a_new_key_works_and_strangers_cost_one_look_a_second(world: World, doors: Doors) -> None:
    ticks = Ticks()
    doorkeeper = Doorkeeper(doors.house, ticks=ticks)
    assert not await admitted(doorkeeper, API_KEY.new()[0])
    token = issue_key(world, world.shop.id, TILL_SCOPES)
    assert not await admitted(doorkeeper, token)
    ticks.now += REFRESH_EVERY_S
    assert await admitted(doorkeeper, token)


async def test_a_revoked_key_is_unknown_from_the_next_refresh_on(world: World, doors: Doors) -> None:
    doorkeeper = Doorkeeper(doors.house)
    token = issue_key(world, world.shop.id, TILL_SCOPES)
    await doorkeeper.refresh()
    assert await admitted(doorkeeper, token)
    with world.connection.transaction():
        world.connection.execute("UPDATE api_key SET revoked_at = now() WHERE digest = %s", (API_KEY.digest(token),))
        world.connection.execute(RAISE_VERSION)
    await doorkeeper.refresh()
    assert not await admitted(doorkeeper, token)


async def test_an_operation_remembers_who_asked(world: World, doors: Doors) -> None:
    terminal, request_id = world.shop.actor_id, "look-me-up-1"
    world.insert("terminal", id=terminal, merchant_id=world.shop.id, code="T1", status="active", created_at=NOON)
    token = issue_key(world, world.shop.id, TILL_SCOPES, terminal)
    await doors.house.engine.current_catalogue(-1)
    card = world.card()
    body = {"pay_with": {"e_code": card.ecode}, "amount": {"amount": 100, "currency": "CNY"}, "reference": "who-asked"}
    made = await doors.nobody.having(token).post("/v1/purchases", body, headers={"X-Request-Id": request_id})
    assert (request_id, f"ter_{terminal.hex}") == (made.headers["X-Request-Id"], made.json()["terminal_id"])
    remembered = world.one("SELECT caller_id, terminal_id, request_id FROM operation WHERE reference = 'who-asked'")
    assert (world.shop.id, terminal, request_id) == remembered


async def test_a_till_lists_its_own_purchases_page_by_page(world: World, doors: Doors) -> None:
    client = Client(doors.app).having(issue_key(world, world.rival.id, TILL_SCOPES))
    await doors.house.engine.current_catalogue(-1)
    card = world.card()
    made = []
    for number in range(5):
        body = {"pay_with": {"e_code": card.ecode}, "amount": {"amount": 1, "currency": "CNY"}}
        made.append((await client.post("/v1/purchases", {**body, "reference": f"page-{number}"})).json()["id"])
    first = (await client.get("/v1/purchases?limit=3")).json()
    second = (await client.get(f"/v1/purchases?limit=3&cursor={first['next_cursor']}")).json()
    assert made[::-1] == sorted(made, reverse=True)
    assert made[::-1] == [each["id"] for page in (first, second) for each in page["items"]]
    assert second["next_cursor"] is None
    assert not (await doors.stranger.get("/v1/purchases")).json()["items"]
    rival = f"mer_{world.rival.id.hex}"
    assert 5 == len((await doors.operator.get(f"/v1/purchases?merchant_id={rival}")).json()["items"])
    assert (404, "merchant_not_found") == code_of(await doors.shop.get(f"/v1/purchases?merchant_id={rival}"))
    assert (422, "invalid_request") == code_of(await doors.operator.get("/v1/purchases"))


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "cursor=x", "cursor=", "cursor=Og", "merchant_id=mer_1", "cursor=%00"]
)
async def test_a_page_is_asked_for_strictly(doors: Doors, query: str) -> None:
    assert (422, "invalid_request") == code_of(await doors.shop.get(f"/v1/purchases?{query}"))
