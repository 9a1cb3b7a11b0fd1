"""Every body and answer of the routes by FastAPI has an example, which its own type reads."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from florin.api.app import guarded_routes, routes_app
from florin.api.fields import Fields
from florin.api.routes import GuardedRoute

ROUTES = [route for route in guarded_routes(routes_app()) if route.answers is None]
ANSWERING = [route for route in ROUTES if route.response_model is not None]
BODIES = {route.body_field.field_info.annotation for route in ROUTES if route.body_field is not None}


@pytest.mark.parametrize("route", ANSWERING, ids=lambda route: f"{route.name}")
def test_the_example_of_an_answer_is_one(route: GuardedRoute) -> None:
    assert route.example is not None
    TypeAdapter(route.response_model).validate_json(TypeAdapter(Any).dump_json(dict(route.example)), strict=False)


@pytest.mark.parametrize("body", sorted(BODIES, key=str), ids=lambda body: body.__name__)
def test_the_example_of_a_body_is_one(body: type[Fields]) -> None:
    (example,) = body.model_json_schema()["examples"]
    body.model_validate(example)
