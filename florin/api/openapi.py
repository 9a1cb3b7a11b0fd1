"""The document of the API (OpenAPI 3.1): FastAPI's routes and the table's money routes, in one stable order."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
import yaml
from fastapi.openapi.utils import get_openapi

from florin.api import examples
from florin.api.callers import Access, Audience, People
from florin.api.money import money_answers
from florin.api.money.money_routes import MONEY_ROUTES, MoneyRoute
from florin.api.problems.catalogue import status_of
from florin.api.problems.codes import ALL_CODES, Code, DoorProblem
from florin.api.problems.document import CONTENT_TYPE, problem
from florin.api.problems.members import MEMBERS, Member, members_of
from florin.api.routes import GuardedRoute
from florin.api.schema_forms import in_one_form
from florin.domain.declines import Decline
from florin.domain.identifiers import PREFIXES
from florin.domain.scopes import Scope

Json = dict[str, Any]

API_VERSION: Final = "1"
"""The version in the paths: raised when something that clients rely on goes away."""

_REF: Final = "#/components/schemas/{name}"
_DESCRIPTION: Final = """\
Clearing of stored value and prepaid gift cards. Amounts are integers in minor units. Times are RFC 3339. Unknown
fields, and names that stand twice in an object, are refused. Every refusal is an `application/problem+json` document
with a stable `code`, explained at its `type`.

A `POST` that moves money needs an `Idempotency-Key`: the same request with the same key has one effect and gets the
same status and body again (of a problem, all but `instance`), with `Idempotent-Replayed: true`. A time-out or
`outcome_unknown` means unknown: send the same request again, or reverse it by its reference.
"""
_KEY_NAME: Final = "Idempotency-Key"
_IDEMPOTENCY_KEY: Final = {
    "name": _KEY_NAME,
    "in": "header",
    "required": True,
    "description": "New for each operation, the same for each repetition of it: 8 to 128 visible ASCII characters.",
    "schema": {"type": "string", "pattern": "^[!-~]{8,128}$"},
    "example": "4f1c1a52-6f0f-4f4b-9a38-3c8d5f0c6f5e",
}
_REPLAYED: Final[Json] = {
    "Idempotent-Replayed": {
        "description": "`true` when the answer is that of an earlier request with the same key.",
        "schema": {"type": "string", "enum": ["true"]},
    }
}
_RETRY_AFTER: Final[Json] = {
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
}
_HEADERS_BY_STATUS: Final[Mapping[int, Json]] = {
    401: {"WWW-Authenticate": {"description": "How to authenticate.", "schema": {"type": "string", "const": "Bearer"}}},
    429: _RETRY_AFTER,
    503: _RETRY_AFTER,
}
_SUCCESSES: Final = {200: "Done.", 201: "Done, and something new exists.", 202: "Accepted.", 204: "Done."}


def openapi_document(routes: Sequence[GuardedRoute]) -> Json:
    """The whole document; ``routes`` are FastAPI's."""
    document = get_openapi(title="Florin", version=API_VERSION, description=_DESCRIPTION, routes=routes)
    paths: Json = document["paths"]
    for route in routes:
        for method in route.methods or ():
            _complete(paths[route.path_format][method.lower()], route)
    for money_route in MONEY_ROUTES:
        paths.setdefault(money_route.path, {})["post"] = _money_operation(money_route)
    schemas = document.get("components", {}).get("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    document["paths"] = {path: dict(sorted(paths[path].items())) for path in sorted(paths)}
    document["components"] = _components(schemas, routes)
    document["servers"] = [{"url": "/"}]
    return in_one_form(document)


def document_as_yaml(document: Json) -> str:
    """The document in the order in which it was made."""
    return yaml.dump(document, Dumper=_PlainDumper, sort_keys=False, allow_unicode=True, width=120)


class _PlainDumper(yaml.SafeDumper):
    """Writes for readers: what occurs twice is written twice instead of anchored, and long texts keep their lines."""

    def ignore_aliases(self, data: object) -> bool:
        """Every value stands for itself."""
        del data
        return True


def _write_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_PlainDumper.add_representer(str, _write_text)


def _components(schemas: Mapping[str, Any], routes: Sequence[GuardedRoute]) -> Json:
    types = {route.body for route in MONEY_ROUTES} | {route.answer for route in MONEY_ROUTES}
    types |= {route.answers for route in routes if route.answers is not None} | {money_answers.Problem}
    _, ours = msgspec.json.schema_components(sorted(types, key=lambda each: each.__name__), ref_template=_REF)
    # An enumeration is the same in both; two different things of one name are a mistake.
    twice = {name for name in ours.keys() & schemas.keys() if not _same_choices(ours[name], schemas[name])}
    if twice:
        raise ValueError(f"two schemas of one name: {', '.join(sorted(twice))}")
    ours["Problem"]["properties"] |= {name: _member_schema(member) for name, member in MEMBERS.items()}
    return {
        "examples": {str(code): {"value": _problem_example(code)} for code in ALL_CODES},
        "schemas": dict(sorted({**schemas, **ours}.items())),
        "securitySchemes": {
            "api_key": {"type": "http", "scheme": "bearer", "description": _api_key_scopes()},
            "session": {"type": "http", "scheme": "bearer", "description": "The token of a member's session."},
            "login": {
                "type": "http",
                "scheme": "bearer",
                "description": "The token of somebody who works with Florin and has one of the roles named.",
            },
        },
    }


def _member_schema(member: Member) -> Json:
    codes = ", ".join(f"`{code}`" for code in member.codes)
    return {"description": f"With {codes}: {member.meaning}", **member.schema}


def _problem_example(code: Code) -> Json:
    details = {name: member.example for name, member in members_of(code).items()}
    return problem(code, examples.REQUEST_ID, details=details)


def _same_choices(ours: Json, schema: Json) -> bool:
    return "enum" in ours and sorted(ours["enum"]) == sorted(schema.get("enum", ()))


def _api_key_scopes() -> str:
    lines = [f"* `{scope}`: {scope.meaning}" for scope in Scope]
    return "\n".join(["An API key with the scope that the route asks for.", "", *lines])


def _complete(operation: Json, route: GuardedRoute) -> None:
    """Add to FastAPI's description of a route what only we know of it."""
    if parameters := operation.get("parameters"):
        # FastAPI must not refuse a missing key by itself, so it believes that none is needed.
        operation["parameters"] = [_IDEMPOTENCY_KEY if each["name"] == _KEY_NAME else each for each in parameters]
    takes_key = _IDEMPOTENCY_KEY in operation.get("parameters", ())
    operation["operationId"] = route.name
    operation.pop("description", None)
    if route.details:
        operation["description"] = route.details
    operation["security"] = _security(route.allows)
    status = str(route.status_code or 200)
    success = operation["responses"].get(status, {})
    success["description"] = _SUCCESSES[int(status)]
    content = success.setdefault("content", {})
    if route.answers is not None:
        content["application/json"] = {"schema": {"$ref": _REF.format(name=route.answers.__name__)}}
    if route.example is not None:
        content["application/json"]["example"] = dict(route.example)
    if takes_key:
        success["headers"] = success.get("headers", {}) | _REPLAYED
    if int(status) == 204:  # noqa: PLR2004 (No Content)
        del success["content"]
    if route.takes is not None:
        file = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"required": True, "content": dict.fromkeys(route.takes.media_types, file)}
    # A route that takes no fields is still sent bodies, and says what it thinks of them.
    has_body = route.methods != {"GET"}
    codes = [*_codes_of_every_route(route.allows, has_body=has_body), *route.problems]
    operation["responses"] = {status: success, **_problem_responses(codes)}


def _money_operation(route: MoneyRoute) -> Json:
    parameters = [] if route.is_list else [_IDEMPOTENCY_KEY]
    codes: list[Code] = [*_codes_of_every_route(route.allows, has_body=True)]
    if route.subject is not None:
        parameters = [_path_parameter(route.subject.kind), *parameters]
    if not route.is_list:
        codes += [
            DoorProblem.IDEMPOTENCY_KEY_MISSING,
            DoorProblem.IDEMPOTENCY_KEY_INVALID,
            DoorProblem.IDEMPOTENCY_KEY_REUSED,
            *route.declines,
        ]
    elif route.carries_secret:
        codes += [Decline.RATE_LIMITED]
    success: Json = {
        "description": _SUCCESSES[route.status],
        "content": {
            "application/json": {
                "schema": {"$ref": _REF.format(name=route.answer.__name__)},
                "example": dict(route.answer_example),
            }
        },
    }
    if not route.is_list:
        success["headers"] = _REPLAYED
    return {
        "tags": [route.tag],
        "summary": route.summary,
        "description": _money_description(route),
        "operationId": route.verb.__name__.removesuffix("_request") + ("_list" if route.is_list else ""),
        "security": _security(route.allows),
        "parameters": parameters,
        "requestBody": {
            "required": route.needs_body,
            "content": {
                "application/json": {
                    "schema": {"$ref": _REF.format(name=route.body.__name__)},
                    "example": dict(route.example),
                }
            },
        },
        "responses": {
            str(route.status): success,
            **_problem_responses(codes, kept=() if route.is_list else route.declines),
        },
    }


def _money_description(route: MoneyRoute) -> str:
    text = " ".join((route.body.__doc__ or "").split())
    if not route.is_list:
        return text
    declines = ", ".join(f"`{each}`" for each in route.declines)
    return (
        f"{text} Items are refused, each in its place, with `invalid_request`, {declines}, `idempotency_key_reused`, "
        "`busy`, `outcome_unknown` or `internal_error`; only what is wrong around them refuses the list."
    )


def _path_parameter(kind: str) -> Json:
    pattern = f"^{PREFIXES[kind]}_[0-9a-f]{{32}}$"
    return {"name": f"{kind}_id", "in": "path", "required": True, "schema": {"type": "string", "pattern": pattern}}


def _security(allows: Access) -> list[Json]:
    match allows:
        case Audience.PUBLIC:
            return []
        case Audience.MEMBER:
            return [{"session": []}]
        case People():
            login: Json = {"login": sorted(map(str, allows.roles))}
            return [login] if allows.scope is None else [{"api_key": [str(allows.scope)]}, login]
        case _:
            return [{"api_key": [str(allows)]}]


def _codes_of_every_route(allows: Access, *, has_body: bool) -> list[Code]:
    codes: list[Code] = [DoorProblem.INVALID_REQUEST]
    if has_body:
        codes += [DoorProblem.OUTCOME_UNKNOWN, DoorProblem.MALFORMED_JSON]
        codes += [DoorProblem.BODY_TOO_LARGE, DoorProblem.UNSUPPORTED_MEDIA_TYPE]
    if allows is not Audience.PUBLIC:
        codes += [DoorProblem.UNAUTHENTICATED, DoorProblem.INSUFFICIENT_SCOPE]
    if isinstance(allows, People) and not allows.while_enrolling:
        codes += [DoorProblem.ENROLMENT_REQUIRED, DoorProblem.RELEASE_REQUIRED]
    return [*codes, DoorProblem.INTERNAL_ERROR, Decline.BUSY]


def _problem_responses(codes: Iterable[Code], kept: Collection[Code] = ()) -> Json:
    """The refusals by status; those ``kept`` under an idempotency key are repeated as answers are."""
    by_status: dict[int, list[Code]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(status_of(code), []).append(code)
    return {str(status): _problem_response(status, by_status[status], kept) for status in sorted(by_status)}


def _problem_response(status: int, codes: Sequence[Code], kept: Collection[Code]) -> Json:
    headers = _HEADERS_BY_STATUS.get(status, {}) | ({} if set(kept).isdisjoint(codes) else _REPLAYED)
    return {
        "description": ", ".join(f"`{code}`" for code in codes),
        **({"headers": headers} if headers else {}),
        "content": {
            CONTENT_TYPE: {
                "schema": {"$ref": _REF.format(name="Problem")},
                "examples": {str(code): {"$ref": f"#/components/examples/{code}"} for code in codes},
            }
        },
    }
