"""Asking for long work: written down and answered at once, with where it can be followed.

``asking: TheRunAsker`` in a route with status 202, `KEY_PROBLEMS` among its problems and `LOCATED` as its responses;
``run = await asking.asks(Wanted(...), lambda run_id: "/v1/...")`` in its body.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends
from msgspec import Meta
from starlette.responses import Response

from florin.api.given import Now, TheHouse, TheVisitor
from florin.api.idempotency_keys import TheKey, tell_replay
from florin.api.money.money_answers import AnswerPart, Instant
from florin.api.problems.codes import DoorProblem
from florin.api.problems.document import Refused
from florin.domain.asked_run import RunState
from florin.storage.asked_runs import AskedRun, Asker, Wanted, ask_for_run
from florin.storage.connect import Pool

_LOCATION: Final = {
    "Location": {"description": "Where it can be followed.", "schema": {"type": "string", "format": "uri-reference"}}
}
LOCATED: Final[dict[int | str, dict[str, Any]]] = {202: {"headers": _LOCATION}}


class RunProgress(AnswerPart):
    """How many of its steps a run has done."""

    done: int
    of: int


class RunStanding(AnswerPart):
    """Where a run stands; `code` says why it failed: a decline, `internal_error` or `cut_off`."""

    state: RunState
    asked_by: Annotated[str, Meta(description="The API key or session; null where the service has run it.")] | None
    asked_at: Instant
    began_at: Instant | None
    progress: RunProgress | None
    code: str | None


@dataclass(frozen=True, slots=True)
class AskingForRun:
    """A request for long work under its idempotency key."""

    pool: Pool
    asker: Asker
    response: Response

    async def asks(self, wanted: Wanted, address: Callable[[UUID], str]) -> AskedRun:
        """The run that the request is answered with: a new one, or the same that waits already.

        ``address`` says where a run can be followed.

        Raises:
            Refused: the key was used for something else.
        """
        asked = await ask_for_run(self.pool, wanted, self.asker)
        if asked is None:
            raise Refused(DoorProblem.IDEMPOTENCY_KEY_REUSED)
        run, is_replay = asked
        self.response.headers["Location"] = address(run.id)
        if is_replay:
            tell_replay(self.response)
        return run


async def _asking(visitor: TheVisitor, house: TheHouse, now: Now, key: TheKey, response: Response) -> AskingForRun:
    return AskingForRun(house.pool, Asker(visitor.caller.id, visitor.caller.actor_id, key, now), response)


TheRunAsker = Annotated[AskingForRun, Depends(_asking)]
