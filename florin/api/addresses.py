"""Addresses that do not exist, and methods that an address does not take, over both kinds of routes."""

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from florin.api.money.money_routes import MONEY_ROUTES
from florin.api.problems.codes import DoorProblem
from florin.api.problems.document import Refused
from florin.api.routes import GuardedRoute, refusal_response

_MONEY: Final = [(re.compile(re.sub(r"\{[a-z_]+\}", "[^/]+", route.path)), route) for route in MONEY_ROUTES]


async def answer_for_address(request: Request, _: Exception) -> Response:
    """The answer where no route was found: what the address takes, for ``OPTIONS``, and otherwise 405 or 404."""
    allowed = _allowed_methods(request)
    if not allowed:
        return refusal_response(Refused(DoorProblem.NOT_FOUND), request)
    headers = {"Allow": ", ".join(sorted(allowed))}
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=headers)
    return refusal_response(Refused(DoorProblem.METHOD_NOT_ALLOWED, headers=headers), request)


def _allowed_methods(request: Request) -> set[str]:
    path = request.url.path
    routes = [each for each in request.app.routes if isinstance(each, GuardedRoute) and each.path_regex.match(path)]
    methods = {method for route in routes for method in route.methods or ()}
    if declared := [route.path for address, route in _MONEY if address.fullmatch(path)]:
        # What an address with a gap would take counts for nothing where the address is declared as it stands.
        methods = {"POST"} | {method for route in routes if route.path in declared for method in route.methods or ()}
    if "GET" in methods:
        methods.add("HEAD")
    return methods | {"OPTIONS"} if methods else methods
