"""The document of the API: equal to the application, and true in its examples."""

import json
from typing import Any

import msgspec
import pytest
import yaml

from florin.api.app import guarded_routes, openapi_yaml, routes_app
from florin.api.money_routes import MONEY_ROUTES, MoneyRoute
from florin.api.problems.codes import ALL_CODES
from tests.api.client import DOCUMENT
from tests.api.conftest import Doors
from tests.architecture.source_tree import ROOT

WITH_EXAMPLE = [route for route in guarded_routes(routes_app()) if route.answers is not None]
OPERATIONS = [(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods]


def test_the_published_document_is_the_applications() -> None:
    published = (ROOT / "openapi.yaml").read_text("utf-8")
    assert openapi_yaml().splitlines() == published.splitlines(), "run `make openapi`"


async def test_the_service_publishes_the_same(doors: Doors) -> None:
    assert json.loads(json.dumps(DOCUMENT)) == (await doors.nobody.get("/openapi.json")).json()
    assert yaml.safe_load(openapi_yaml()) == (await doors.nobody.get("/openapi.json")).json()


async def test_the_page_of_the_document_needs_no_other_server(doors: Doors) -> None:
    page = await doors.nobody.get("/docs")
    assert 200 == page.status_code
    assert "https://" not in page.text
    assert 200 == (await doors.nobody.get("/static-offline-docs/swagger-ui-bundle.js")).status_code


@pytest.mark.parametrize("route", MONEY_ROUTES, ids=lambda route: route.path)
def test_the_examples_of_a_money_route_are_read_by_its_types(route: MoneyRoute) -> None:
    msgspec.convert(route.example, route.body)
    msgspec.convert(route.answer_example, route.answer)


@pytest.mark.parametrize("route", WITH_EXAMPLE, ids=lambda route: route.path)
def test_the_example_of_an_answer_is_read_by_its_type(route: Any) -> None:  # noqa: ANN401 (a GuardedRoute)
    msgspec.convert(route.example, route.answers)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_operation_says_who_may_and_shows_what_it_answers(path: str, method: str) -> None:
    operation = DOCUMENT["paths"][path][method]
    assert {"tags", "summary", "operationId", "security", "responses"} <= operation.keys()
    for status, response in operation["responses"].items():
        for content_type, content in response.get("content", {}).items():
            if content_type != "text/plain":
                assert {"schema"} < content.keys(), f"{status} has no example"


def test_every_operation_has_its_own_name() -> None:
    names = [DOCUMENT["paths"][path][method]["operationId"] for path, method in OPERATIONS]
    assert sorted(set(names)) == sorted(names)


def test_every_code_has_its_example() -> None:
    assert sorted(map(str, ALL_CODES)) == sorted(DOCUMENT["components"]["examples"])


def test_every_reference_leads_somewhere() -> None:
    text = json.dumps(DOCUMENT)
    for part in ("schemas", "examples"):
        wanted = {piece.split('"')[0] for piece in text.split(f'"#/components/{part}/')[1:]}
        assert wanted <= DOCUMENT["components"][part].keys()
        assert set() == DOCUMENT["components"][part].keys() - wanted if part == "schemas" else True


def test_a_route_that_asks_for_a_key_says_that_it_is_required() -> None:
    operations = [operation for methods in DOCUMENT["paths"].values() for operation in methods.values()]
    headers = [each for operation in operations for each in operation.get("parameters", []) if each["in"] == "header"]
    asked_for = [each for each in operations if "idempotency_key_missing" in json.dumps(each["responses"])]
    assert len(asked_for) == len(headers)
    assert {("Idempotency-Key", True)} == {(each["name"], each["required"]) for each in headers}
