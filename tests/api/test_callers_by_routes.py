"""Every route as every kind of caller: what each is to find stands in `tests.api.route_table`."""

import json
from typing import Any, Final

import pytest

from florin.api.app import guarded_routes, routes_app
from florin.api.callers import Access, Audience
from florin.api.money.money_routes import MONEY_ROUTES
from florin.crypto.tokens import API_KEY
from florin.domain.people import Role
from florin.domain.scopes import OPERATOR_SCOPES, TILL_SCOPES
from tests.api.client import DOCUMENT, Client, scope_of
from tests.api.conftest import Doors, issue_key
from tests.api.route_table import CALLERS, EXPECTED, OUR_PEOPLE
from tests.api.things import Things, made_things, member_with_password
from tests.till import fresh
from tests.world import World

SOMEBODYS: Final = (
    "card",
    "customer",
    "delivery",
    "delivery_key",
    "funding_refund",
    "hold",
    "journal",
    "login",
    "member",
    "order",
    "payment",
    "purchase",
    "receipt",
    "refund",
    "refund_account",
    "terminal",
)
"""Things whose ids nobody else may meet."""

ROUTES: Final[list[tuple[str, str, Access]]] = [("POST", each.path, each.allows) for each in MONEY_ROUTES] + [
    (method, route.path, route.allows)
    for route in guarded_routes(routes_app())
    for method in sorted(route.methods or ())
]


def callers_of(world: World, doors: Doors, things: Things) -> dict[str, Client]:
    """A client for each column of the table but the one who lacks a route's scope."""
    revoked = issue_key(world, world.shop.id, OPERATOR_SCOPES | TILL_SCOPES)
    world.connection.execute("UPDATE api_key SET revoked_at = now() WHERE digest = %s", (API_KEY.digest(revoked),))
    return {
        "nobody": doors.nobody,
        "garbage": doors.nobody.having(API_KEY.new()[0]),
        "revoked": doors.nobody.having(revoked),
        "member": doors.member(things.member),
        "other": doors.member(member_with_password(world)),
        "rival": doors.rival,
        "till": doors.shop,
        "operator": doors.operator,
        **people_of(doors, things),
    }


def people_of(doors: Doors, things: Things) -> dict[str, Client]:
    """Clients of the people, each of a person of his own."""
    corporate, customer = things.corporate, things.ids["customer"]
    actors = {
        "buyer": corporate.person(Role.BUYER, customer=customer),
        "approver": corporate.person(Role.APPROVER, customer=customer),
        "foreign": corporate.person(Role.BUYER, Role.APPROVER, customer=corporate.customer()),
        **{f"our {role}": corporate.person(role) for role in OUR_PEOPLE},
    }
    return {name: doors.person(actor) for name, actor in actors.items()}


def example_of(method: str, path: str) -> Any:  # noqa: ANN401 (JSON)
    """The body that the document shows for a route, if it takes one."""
    operation = DOCUMENT["paths"][path][method.lower()]
    if "requestBody" not in operation:
        return None
    content = operation["requestBody"]["content"].get("application/json")
    if content is None or "$ref" not in content["schema"]:
        # A route that takes a file.
        return None
    schema = DOCUMENT["components"]["schemas"][content["schema"]["$ref"].rsplit("/", 1)[1]]
    return content["example"] if "example" in content else schema["examples"][0]


def file_type_of(method: str, path: str) -> dict[str, str]:
    """The header for a file, here an empty one, if a route takes files."""
    content = DOCUMENT["paths"][path][method.lower()].get("requestBody", {}).get("content", {})
    is_file = any(each["schema"].get("format") == "binary" for each in content.values())
    return {"Content-Type": min(content)} if is_file else {}


def sign_of(caller: str, status: int, code: str) -> str:
    """What a caller was told, as a sign of the table."""
    stopped = (401, "unauthenticated") if caller in ("nobody", "garbage", "revoked") else (403, "insufficient_scope")
    if (status, code) == stopped:
        return "-"
    assert code not in ("unauthenticated", "insufficient_scope"), f"{caller}: {status} {code}"
    assert status < 500, f"{caller}: {status} {code}"
    return "0" if status == 404 else "+"


def test_the_table_has_every_route_and_no_other() -> None:
    assert sorted((method, path) for method, path, _ in ROUTES) == sorted(EXPECTED)


async def told_by(
    world: World, doors: Doors, things: Things, callers: dict[str, Client], route: tuple[str, str, Access]
) -> str:
    """What the callers are told by a route, as the signs of the table."""
    method, path, allows = route
    unscoped = issue_key(world, world.shop.id, (OPERATOR_SCOPES | TILL_SCOPES) - {scope_of(allows)})
    callers = callers | {"unscoped": doors.nobody.having(unscoped)}
    await doors.house.engine.current_catalogue(-1)
    told = ""
    for caller in CALLERS:
        body = json.loads(things.filled(json.dumps(example_of(method, path))))
        options = {"json": body} if body is not None else {}
        headers = {"Idempotency-Key": fresh("key"), **file_type_of(method, path)}
        response = await callers[caller].send(method, things.filled(path), headers=headers, **options)
        code = response.json()["code"] if response.is_error else ""
        told += sign_of(caller, response.status_code, code)
        assert not any(secret in response.text for secret in (things.card.number, things.card.pin, things.card.ecode))
        if method == "GET" and caller in ("other", "rival", "foreign") and allows is not Audience.PUBLIC:
            own = {things.ids[kind].hex for kind in SOMEBODYS}
            assert [] == [each for each in own if each in response.text]
    return told


@pytest.mark.parametrize("route", [each for each in ROUTES if each[0] != "GET"], ids=lambda each: " ".join(each[:2]))
async def test_every_caller_finds_what_the_table_says(
    world: World, doors: Doors, route: tuple[str, str, Access]
) -> None:
    things = await made_things(world, doors)
    callers = callers_of(world, doors, things)
    assert EXPECTED[route[:2]] == await told_by(world, doors, things, callers, route)


async def test_every_caller_finds_what_the_table_says_and_reading_changes_nothing(world: World, doors: Doors) -> None:
    things = await made_things(world, doors)
    callers = callers_of(world, doors, things)
    reading = [each for each in ROUTES if each[0] == "GET"]
    told = {each[:2]: await told_by(world, doors, things, callers, each) for each in reading}
    assert {each[:2]: EXPECTED[each[:2]] for each in reading} == told
