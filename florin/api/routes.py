"""Routes by FastAPI, each of which says whom it lets in: one that does not say cannot be declared.

To add routes: ``ROUTES = Routes("Cards")`` in a file of their own, ``@ROUTES.get("/v1/...", allows=Scope.CARDS_READ)``
above each function, and the file's ``ROUTES`` in the list of `app`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
import structlog
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from florin.api.callers import Access
from florin.api.examples import Example
from florin.api.failures import MISSING, UNKNOWN, invalid_field, nameable, refusal_of
from florin.api.json_bodies import require_any_json, require_json, require_no_fields
from florin.api.money.money_routes import BODY_LIMIT_BYTES
from florin.api.order_standing import with_standing
from florin.api.problems.catalogue import status_of
from florin.api.problems.codes import Code, DoorProblem
from florin.api.problems.document import CONTENT_TYPE, Refused, headers_of, problem_bytes
from florin.api.queries import refuse_unknown_parameters
from florin.storage.connect import was_cut_off

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
Answers = type[msgspec.Struct] | None
"""The msgspec type of an answer, or None to let FastAPI take it from the function's return annotation."""

_log = structlog.get_logger("florin.api")
_NUL = b"\\u0000"
_IN_THESE_WORDS = {"missing": MISSING, "extra_forbidden": UNKNOWN}
"""What pydantic says of a field in other words than the money door."""


@dataclass(frozen=True, slots=True)
class FileBody:
    """A file that is sent as the body: of which media types it may be declared, and how long it may be."""

    media_types: tuple[str, ...]
    limit_bytes: int


class GuardedRoute(APIRoute):
    """A route that looks at the caller before it looks at the request, and turns every failure into a problem.

    ``allows`` is whom it lets in, ``problems`` what its own business can refuse, ``answers`` and ``example`` what it
    says, ``details`` what its summary leaves out; the API's document is made from them. A route that ``takes`` a file
    instead of JSON reads its body by itself.
    """

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        allows: Access,
        problems: tuple[Code, ...] = (),
        answers: Answers = None,
        example: Example | None = None,
        details: str = "",
        takes: FileBody | None = None,
        **options: Any,  # noqa: ANN401 (FastAPI's own)
    ) -> None:
        # The handler is made by the constructor above, and needs these.
        self.allows = allows
        self.problems = problems
        self.answers = answers
        self.example = example
        self.details = details
        self.takes = takes
        self.body_limit_bytes = BODY_LIMIT_BYTES if takes is None else takes.limit_bytes
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Any]:
        """FastAPI's handler behind the guard."""
        handle = super().get_route_handler()
        parameters = frozenset(_query_parameters(self.dependant))

        async def guarded(request: Request) -> Response:
            request_id: str = request.state.request_id
            try:
                request.state.visitor = await request.app.state.doorkeeper.admit(
                    request.headers.get("authorization", "").encode("latin-1") or None, self.allows, request_id
                )
                refuse_unknown_parameters(request.scope["query_string"], parameters)
                if self.takes is None:
                    await _require_json(request, takes_body=self.body_field is not None)
                else:
                    _require_file(request, self.takes)
                return await handle(request)
            except Exception as error:  # noqa: BLE001 (whatever happens, the caller gets a problem)
                refused = _refusal(error, request_id, writes=request.method != "GET")
                return refusal_response(await with_standing(refused, request), request)

        return guarded


class Routes:
    """The routes of one subject, in the order of their declaration."""

    def __init__(self, tag: str) -> None:
        self._tag = tag
        self._routes: list[GuardedRoute] = []

    def __iter__(self) -> Iterator[GuardedRoute]:
        """Iterate over the routes declared so far."""
        return iter(self._routes)

    def get(self, path: str, *, allows: Access, **options: Any) -> Callable[[Endpoint], Endpoint]:  # noqa: ANN401
        """Declare what answers ``GET`` at a path; for the options see `declare`."""
        return self.declare("GET", path, allows=allows, **options)

    def post(self, path: str, *, allows: Access, **options: Any) -> Callable[[Endpoint], Endpoint]:  # noqa: ANN401
        """Declare what answers ``POST`` at a path; for the options see `declare`."""
        return self.declare("POST", path, allows=allows, **options)

    def put(self, path: str, *, allows: Access, **options: Any) -> Callable[[Endpoint], Endpoint]:  # noqa: ANN401
        """Declare what answers ``PUT`` at a path; for the options see `declare`."""
        return self.declare("PUT", path, allows=allows, **options)

    def patch(self, path: str, *, allows: Access, **options: Any) -> Callable[[Endpoint], Endpoint]:  # noqa: ANN401
        """Declare what answers ``PATCH`` at a path; for the options see `declare`."""
        return self.declare("PATCH", path, allows=allows, **options)

    def delete(self, path: str, *, allows: Access, **options: Any) -> Callable[[Endpoint], Endpoint]:  # noqa: ANN401
        """Declare what answers ``DELETE`` at a path; for the options see `declare`."""
        return self.declare("DELETE", path, allows=allows, **options)

    def declare(
        self,
        method: str,
        path: str,
        *,
        allows: Access,
        status: int = 200,
        problems: tuple[Code, ...] = (),
        answers: Answers = None,
        example: Example | None = None,
        tag: str | None = None,
        **options: Any,  # noqa: ANN401 (FastAPI's own)
    ) -> Callable[[Endpoint], Endpoint]:
        """Declare a route: whom it allows, the status of its success, its own problems, its answer with an example.

        The first line of the function's docstring is the route's summary, the rest of it are its details.
        """

        def register(endpoint: Endpoint) -> Endpoint:
            summary, _, details = (endpoint.__doc__ or "").partition("\n")
            model: dict[str, Any] = {} if answers is None else {"response_model": None}
            route = GuardedRoute(
                path,
                endpoint,
                allows=allows,
                problems=problems,
                answers=answers,
                example=example,
                methods=[method],
                status_code=status,
                summary=summary.strip().rstrip("."),
                details=" ".join(details.split()),
                tags=[tag or self._tag],
                **model,
                **options,
            )
            self._routes.append(route)
            return endpoint

        return register


def refusal_response(refused: Refused, request: Request) -> Response:
    """A refusal as a response of the framework; its code is left for the request's line in the log."""
    request.state.problem = refused.code
    request_id = request.state.request_id
    return Response(
        problem_bytes(refused.code, request_id, refused.detail, refused.details),
        status_of(refused.code),
        headers_of(refused.code, refused.headers),
        CONTENT_TYPE,
    )


def _query_parameters(dependant: Dependant) -> Iterator[str]:
    """The names of the parameters that a route and what it depends on take from the query."""
    yield from (each.alias for each in dependant.query_params)
    for each in dependant.dependencies:
        yield from _query_parameters(each)


def _require_file(request: Request, body: FileBody) -> None:
    """Refuse a body that is not declared as a file of one of the types; its limit is noticed by whoever reads it."""
    declared = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if declared not in body.media_types:
        raise Refused(DoorProblem.UNSUPPORTED_MEDIA_TYPE, f"Send one of: {', '.join(body.media_types)}.")


async def _require_json(request: Request, *, takes_body: bool) -> None:
    """Refuse a body that is not declared as JSON or is none; it is read here, where its limit is noticed.

    The standard library's reader, which FastAPI uses, lets through what no database can store: half a surrogate pair.
    """
    raw = await request.body()
    if not raw and not takes_body:
        return
    require_json(request.headers.get("content-type", "").encode("latin-1"))
    if not takes_body:
        require_no_fields(raw)
    require_any_json(raw)
    if _NUL in raw:
        raise invalid_field("", "no text may contain the character NUL")


def _refusal(error: Exception, request_id: str, *, writes: bool) -> Refused:
    match error:
        case RequestValidationError():
            return _refused_field(error)
        case _ if writes and was_cut_off(error):
            _log.warning("database_gone", request_id=request_id, error=type(error).__name__)
            return Refused(DoorProblem.OUTCOME_UNKNOWN)
        case _:
            return refusal_of(error, request_id)


def _refused_field(error: RequestValidationError) -> Refused:
    """The first of the fields that are wrong; its value is not repeated, nor a name that could be a secret."""
    first = error.errors()[0]
    reason = _IN_THESE_WORDS.get(first["type"], first["msg"].removeprefix("Value error, "))
    return invalid_field(_path(first["loc"][1:]), reason)


def _path(place: Sequence[str | int]) -> str:
    """The way to a field as the money door writes it: ``denominations[0].currency``."""
    parts = (f"[{each}]" if isinstance(each, int) else f".{nameable(each)}" for each in place)
    return "".join(parts).removeprefix(".")
