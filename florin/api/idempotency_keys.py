"""The idempotency key of a request that makes something: the same request with the same key makes it once.

``key: TheKey`` in a route, `KEY_PROBLEMS` among its problems, and `answered`; or `tell_replay`, where the thing was
there before.
"""

from typing import Annotated, Final

from fastapi import Depends, Header
from starlette.responses import Response

from florin.api.given import told
from florin.api.problems.codes import DoorProblem
from florin.api.problems.document import Refused
from florin.storage.posting.request import Answer

KEY_PROBLEMS: Final = (
    DoorProblem.IDEMPOTENCY_KEY_MISSING,
    DoorProblem.IDEMPOTENCY_KEY_INVALID,
    DoorProblem.IDEMPOTENCY_KEY_REUSED,
)
"""What a route that needs a key can refuse on its account."""

_SHORTEST, _LONGEST = 8, 128


async def _usable(
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="Needed: new for each order, the same when it is repeated; 8 to 128 visible ASCII characters.",
        ),
    ] = None,
) -> str:
    key = idempotency_key
    if key is None:
        raise Refused(DoorProblem.IDEMPOTENCY_KEY_MISSING)
    if not (_SHORTEST <= len(key) <= _LONGEST and key.isascii() and key.isprintable() and " " not in key):
        raise Refused(DoorProblem.IDEMPOTENCY_KEY_INVALID)
    return key


TheKey = Annotated[str, Depends(_usable)]


def answered(answer: Answer, status: int = 200) -> Response:
    """An answer of the posting engine, which says when it is a repetition; `Refused` when it is a decline."""
    response = told(answer, status)
    if answer.replayed:
        tell_replay(response)
    return response


def tell_replay(response: Response) -> None:
    """Say that the answer is about something that an earlier request with the same key has made."""
    response.headers["Idempotent-Replayed"] = "true"
