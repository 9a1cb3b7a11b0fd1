"""Every body of every route, each field of it spoilt in every way: refused by name, and nothing is changed."""

import copy
from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest

from florin.api.callers import Access, Audience, People
from florin.api.examples import CARD_ID
from florin.domain.identifiers import PREFIXES
from florin.domain.people import CUSTOMER_ROLES
from florin.domain.scopes import TILL_SCOPES
from tests.api.client import DOCUMENT, Client, code_of
from tests.api.conftest import Doors
from tests.api.test_callers_by_routes import ROUTES, example_of
from tests.corporate import Corporate
from tests.till import fresh
from tests.world import World

Path = tuple[str | int, ...]

WITH_BODY: Final = [
    each for each in ROUTES if "requestBody" in DOCUMENT["paths"][each[1]][each[0].lower()] and example_of(*each[:2])
]
SPOILT_NUMBERS: Final = (1.0, 1.5, -1, 10**30, "1", True)
SPOILT_TEXTS: Final[tuple[Any, ...]] = (7, True, [], {}, "")
SPOILT_LISTS: Final[tuple[Any, ...]] = ({}, "x", 7)
LONGER_THAN_ANY: Final = 2_000


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema behind its references and, where a value may be missing, of the value."""
    if "$ref" in schema:
        return resolved(DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    if "anyOf" in schema:
        return resolved(next(each for each in schema["anyOf"] if each.get("type") != "null"))
    return schema


def spoilt(schema: dict[str, Any], value: Any, place: Path = ()) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401 (JSON)
    """Places in a body and what cannot stand there."""
    schema = resolved(schema)
    match schema.get("type"):
        case "object":
            yield (*place, "surprise"), 1
            for name, inner in schema.get("properties", {}).items():
                if isinstance(value, dict) and value.get(name) is not None:
                    yield from spoilt(inner, value[name], (*place, name))
        case "array":
            yield from ((place, wrong) for wrong in SPOILT_LISTS)
            yield from spoilt(schema["items"], value[0], (*place, 0))
        case "integer":
            yield from ((place, wrong) for wrong in SPOILT_NUMBERS)
        case "boolean":
            yield from ((place, wrong) for wrong in (0, 1, "true"))
        case _:
            yield from ((place, wrong) for wrong in SPOILT_TEXTS)
            yield place, "x" * (schema.get("maxLength", LONGER_THAN_ANY) + 1)


def changed(body: Any, place: Path, value: object) -> Any:  # noqa: ANN401 (JSON)
    """The body with one value set."""
    result = copy.deepcopy(body)
    inner = result
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return result


def caller_of(doors: Doors, world: World, allows: Access) -> Client:
    if allows is Audience.PUBLIC:
        return doors.nobody
    if allows is Audience.MEMBER:
        return doors.member(world.member())
    if isinstance(allows, People):
        role, corporate = min(allows.roles), Corporate(world)
        customer = corporate.customer() if role in CUSTOMER_ROLES else None
        return doors.person(corporate.person(role, customer=customer))
    return doors.shop if allows in TILL_SCOPES else doors.operator


def refusal_in(response: httpx.Response) -> tuple[int, str]:
    """Status and code of the refusal: of a list's only item, where it refuses that and not the list."""
    if response.status_code != httpx.codes.OK:
        return code_of(response)
    (outcome,) = response.json()["items"]
    return outcome["status"], outcome.get("problem", {}).get("code", response.text)


@pytest.mark.parametrize(("method", "path", "allows"), WITH_BODY, ids=str)
async def test_no_field_takes_what_it_should_not(
    world: World, doors: Doors, method: str, path: str, allows: Access
) -> None:
    client = caller_of(doors, world, allows)
    content = DOCUMENT["paths"][path][method.lower()]["requestBody"]["content"]["application/json"]
    body, hexadecimal = example_of(method, path), CARD_ID.removeprefix("card_")
    address = path.replace("{business_date}", "2026-01-01").replace("{programme_id}", f"prg_{world.home.hex}")
    for kind, prefix in PREFIXES.items():
        address = address.replace(f"{{{kind}_id}}", f"{prefix}_{hexadecimal}")
    before = world.everything_that_counts()
    tried = 0
    for place, wrong in spoilt(content["schema"], body):
        spoiled = changed(body, place, wrong)
        response = await client.send(method, address, json=spoiled, headers={"Idempotency-Key": fresh("key")})
        told = (place, str(wrong)[:20], response.text[:200])
        assert refusal_in(response) in {(422, "invalid_request"), (413, "body_too_large")}, told
        assert str(wrong) not in response.text or len(str(wrong)) < 8, told
        tried += 1
    assert tried
    assert before == world.everything_that_counts()


@pytest.mark.parametrize(("method", "path", "allows"), WITH_BODY, ids=str)
@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"7", b"null", b'"text"', b'{"a": NaN}', b"\xff", b'{"a":"\\ud800"}']
)
async def test_no_route_takes_a_body_that_is_no_object(
    world: World, doors: Doors, method: str, path: str, allows: Access, raw: bytes
) -> None:
    client = caller_of(doors, world, allows)
    headers = {"Content-Type": "application/json", "Idempotency-Key": fresh("key")}
    response = await client.send(method, path, content=raw, headers=headers)
    assert code_of(response) in {
        (400, "malformed_json"), (422, "invalid_request"), (404, "hold_not_found"), (404, "purchase_not_found"),
    }  # fmt: skip
