"""Callers of the API in the test's own process, each answer of which is held against the document of the API."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

import httpx
import msgspec
from starlette.types import ASGIApp

from florin.api.app import guarded_routes, routes_app
from florin.api.callers import People
from florin.api.money.money_answers import Problem
from florin.api.money.money_routes import MONEY_ROUTES
from florin.api.openapi import openapi_document
from florin.api.problems.codes import ALL_CODES, Code
from florin.api.problems.members import members_of
from tests.till import fresh

Json = Any

DOCUMENT: Final = openapi_document(guarded_routes(routes_app()))
_ADDRESSES: Final = [(re.compile(re.sub(r"\{[a-z_]+\}", "[^/]+", path)), path) for path in DOCUMENT["paths"]]
_ANSWERS: Final = {(route.path, route.status): route.answer for route in MONEY_ROUTES} | {
    (route.path, route.status_code or 200): route.answers for route in guarded_routes(routes_app()) if route.answers
}
_ANYWHERE: Final = {"not_found", "method_not_allowed"}


def documented(response: httpx.Response) -> None:
    """Refuse an answer that the document does not have: another status, another code, another form."""
    method, path = response.request.method.lower(), response.request.url.path
    if response.is_error:
        assert response.headers["content-type"] == "application/problem+json"
        problem = msgspec.json.decode(response.content, type=Problem)
        assert response.status_code == problem.status
        beside = response.json().keys() - {each.name for each in msgspec.structs.fields(Problem)}
        assert beside <= members_of(known_code(problem.code)).keys(), response.text
        if problem.code in _ANYWHERE:
            return
    template = next((name for pattern, name in _ADDRESSES if pattern.fullmatch(path)), None)
    if template is None or method not in DOCUMENT["paths"][template]:
        assert method in {"head", "options"} or not path.startswith("/v1"), f"{method} {path} is not in the document"
        return
    answers = DOCUMENT["paths"][template][method]["responses"]
    assert str(response.status_code) in answers, f"{method} {template}: {response.status_code} {response.text}"
    if response.is_error:
        described = answers[str(response.status_code)]["content"]["application/problem+json"]["examples"]
        assert response.json()["code"] in described, f"{method} {template}: {response.text}"
    elif (template, response.status_code) in _ANSWERS:
        msgspec.json.decode(response.content, type=_ANSWERS[template, response.status_code])


def known_code(text: str) -> Code:
    """The code of that name."""
    return next(code for code in ALL_CODES if code == text)


@dataclass(frozen=True)
class Client:
    """Whoever calls, by the headers that go with each request."""

    app: ASGIApp
    headers: dict[str, str] = field(default_factory=dict)

    def having(self, token: str) -> "Client":
        """The same application, called with a token."""
        return replace(self, headers={**self.headers, "Authorization": f"Bearer {token}"})

    async def send(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 (httpx's own)
        """One request as it is."""
        headers = {**self.headers, **options.pop("headers", {})}
        transport = httpx.ASGITransport(app=self.app, client=("192.0.2.7", 4711))
        async with httpx.AsyncClient(transport=transport, base_url="http://florin.test") as http:
            response = await http.request(method, path, headers=headers, **options)
        documented(response)
        return response

    async def get(self, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 (as above)
        """Read something."""
        return await self.send("GET", path, **options)

    async def post(
        self,
        path: str,
        body: Json = None,
        *,
        key: str | None = "",
        **options: Any,  # noqa: ANN401 (as above)
    ) -> httpx.Response:
        """Send JSON with a fresh idempotency key, with the one given, or (None) without one."""
        if key is not None:
            options["headers"] = {"Idempotency-Key": key or fresh("key"), **options.get("headers", {})}
        return await self.send("POST", path, json={} if body is None else body, **options)


def code_of(response: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem."""
    return response.status_code, response.json().get("code", response.text)


def scope_of(allows: object) -> object:
    """The scope that lets machines in, where there is one."""
    return allows.scope if isinstance(allows, People) else allows


def cny(amount_minor: int) -> Json:
    """An amount in fen."""
    return {"amount": amount_minor, "currency": "CNY"}


def scopes(*names: Iterable[str]) -> list[str]:
    """Several sets of scopes as one list."""
    return sorted({str(name) for each in names for name in each})
