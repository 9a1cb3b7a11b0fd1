"""The addresses that a problem's ``type`` points to: each explains one code."""

from typing import Annotated, Any

from fastapi import Path

from florin.api.callers import Audience
from florin.api.problems.catalogue import PROBLEMS
from florin.api.problems.codes import ALL_CODES, Code, DoorProblem
from florin.api.problems.document import Refused
from florin.api.routes import Routes
from florin.domain.declines import Decline

ROUTES = Routes("The service")

_BY_NAME = {str(code): code for code in ALL_CODES}


def explanation(code: Code) -> dict[str, Any]:
    """What a code means and what the caller does about it."""
    return {"code": str(code), **PROBLEMS[code]._asdict()}


@ROUTES.get(
    "/problems/{code}",
    allows=Audience.PUBLIC,
    problems=(DoorProblem.NOT_FOUND,),
    example=explanation(Decline.INSUFFICIENT_FUNDS),
)
async def explain_problem(code: Annotated[str, Path(pattern="^[a-z_]{1,64}$")]) -> dict[str, Any]:
    """Explain a problem's code."""
    known = _BY_NAME.get(code)
    if known is None:
        raise Refused(DoorProblem.NOT_FOUND)
    return explanation(known)
