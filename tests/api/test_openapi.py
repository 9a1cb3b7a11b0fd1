"""The document of the API: equal to the application, and true in its examples."""

import json
import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

import msgspec
import pytest
import yaml

from florin.api.app import guarded_routes, openapi_yaml, routes_app
from florin.api.money.money_routes import MONEY_ROUTES, MoneyRoute
from florin.api.problems.codes import ALL_CODES
from florin.api.problems.members import MEMBERS
from florin.domain.payment_reference import normalise_reference
from tests.api.client import DOCUMENT
from tests.api.conftest import Doors
from tests.architecture.source_tree import ROOT

PUBLISHED = ROOT / "openapi.yaml"
WITH_EXAMPLE = [route for route in guarded_routes(routes_app()) if route.answers is not None]
OPERATIONS = [(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods]


def test_the_published_document_is_the_applications() -> None:
    # A few lines tell enough: pytest would take a minute to compare the whole documents, and print megabytes.
    both = zip_longest(openapi_yaml().splitlines(), PUBLISHED.read_text("utf-8").splitlines())
    assert [] == [lines for lines in both if lines[0] != lines[1]][:5], "run `make openapi`"


async def test_the_service_publishes_the_same(doors: Doors) -> None:
    # Read in C where there is such a reader: Python's own takes as long as hundreds of other tests.
    published = yaml.load(PUBLISHED.read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 (both are safe)
    served = (await doors.nobody.get("/openapi.json")).json()
    assert json.loads(json.dumps(DOCUMENT)) == served
    assert published == served


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


def test_no_schema_is_named_by_where_it_stands() -> None:
    """Two schemas of one name are told apart by their modules, which are nothing to clients."""
    assert [] == [name for name in DOCUMENT["components"]["schemas"] if "__" in name]


def test_a_payment_reference_is_shown_as_one_can_be() -> None:
    shown = set(re.findall(r"payment_reference': '([^']+)'", str(DOCUMENT)))
    assert shown
    assert shown == {normalise_reference(each) for each in shown}


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


def schemas_within(part: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 (JSON)
    """Every object of the document."""
    if isinstance(part, dict):
        yield part
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from schemas_within(each)


def test_every_member_of_a_problem_has_its_schema_and_stands_in_the_examples_of_its_codes() -> None:
    properties = DOCUMENT["components"]["schemas"]["Problem"]["properties"]
    for name, member in MEMBERS.items():
        assert member.meaning in properties[name]["description"]
        for code in member.codes:
            assert member.example == DOCUMENT["components"]["examples"][str(code)]["value"][name]


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_an_answer_declares_the_headers_that_tell_what_to_do_next(path: str, method: str) -> None:
    operation = DOCUMENT["paths"][path][method]
    takes_key = any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", []))
    for status, response in operation["responses"].items():
        headers = response.get("headers", {}).keys()
        assert ("Retry-After" in headers) == (status in {"429", "503"})
        assert ("WWW-Authenticate" in headers) == (status == "401")
        assert takes_key or "Idempotent-Replayed" not in headers
        if takes_key and (status < "300" or "card_not_accepted" in response["description"]):
            assert "Idempotent-Replayed" in headers


def test_every_pattern_can_be_read_by_any_reader_of_regular_expressions() -> None:
    patterns = [each["pattern"] for each in schemas_within(DOCUMENT) if isinstance(each.get("pattern"), str)]
    assert patterns
    assert [] == [pattern for pattern in patterns if "(?" in pattern]


def test_a_time_is_declared_as_one() -> None:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        for field, described in schema.get("properties", {}).items():
            if field.endswith("_at") or field == "pin_locked_until":
                assert "date-time" in json.dumps(described), f"{name}.{field}"


@pytest.mark.parametrize(
    ("schema", "field"),
    [
        ("EventView", "name"),
        ("StatementLineView", "event"),
        ("JournalView", "event"),
        ("ConsumptionView", "status"),
        ("DecidedOperationView", "verb"),
        ("LotView", "lot"),
        ("IssueView", "status"),
    ],
)
def test_what_has_a_list_of_values_shows_it(schema: str, field: str) -> None:
    described = DOCUMENT["components"]["schemas"][schema]["properties"][field]
    if "$ref" in described:
        described = DOCUMENT["components"]["schemas"][described["$ref"].rsplit("/", 1)[1]]
    assert "enum" in described


def test_an_answer_about_money_always_has_all_its_members() -> None:
    for route in MONEY_ROUTES:
        if not route.is_list:
            assert [] == [each.name for each in msgspec.structs.fields(route.answer) if not each.required], route.path


def test_an_amount_that_is_sent_has_one_schema() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    assert "AmountField" not in schemas
    assert {"$ref": "#/components/schemas/Amount"} == schemas["IssueFields"]["properties"]["denomination"]


@pytest.mark.parametrize("field", ["user_name", "password", "mail", "mobile"])
def test_what_a_member_types_says_what_it_must_look_like(field: str) -> None:
    described = DOCUMENT["components"]["schemas"]["RegistrationFields"]["properties"][field]
    said = [each["description"] for each in schemas_within(described) if "description" in each]
    assert any(character.isdigit() for text in said for character in text)
