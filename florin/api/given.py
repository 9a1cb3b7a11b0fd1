"""What routes by FastAPI are given: ``visitor: TheVisitor``, ``actor: TheActor``, ``house: TheHouse``..."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, TypeVar
from uuid import UUID

import msgspec
from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from florin.api.callers import Visitor
from florin.api.problems.document import Refused
from florin.clearing.guess_limit import GuessLimit
from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.paging import DEFAULT_LIMIT, MAX_LIMIT, decode_id
from florin.domain.people import Actor
from florin.domain.throttle_rules import RateLimited
from florin.storage.audit_trail import Author
from florin.storage.members.sessions import SignedIn
from florin.storage.posting.request import Answer, PostingRequest

Result = TypeVar("Result")


async def _visitor(request: Request) -> Visitor:
    visitor: Visitor = request.state.visitor
    return visitor


async def _request_id(visitor: Annotated[Visitor, Depends(_visitor)]) -> str | None:
    return visitor.caller.request_id


async def _house(request: Request) -> ClearingHouse:
    house: ClearingHouse = request.app.state.house
    return house


async def _guesses(request: Request) -> GuessLimit:
    guesses: GuessLimit = request.app.state.guesses
    return guesses


async def _now() -> datetime:
    return datetime.now(UTC)


async def _author(visitor: Annotated[Visitor, Depends(_visitor)], now: Annotated[datetime, Depends(_now)]) -> Author:
    return Author(visitor.caller.actor_id, now)


async def _session(visitor: Annotated[Visitor, Depends(_visitor)]) -> SignedIn:
    if visitor.session is None:
        raise TypeError("only a route for members has a session")
    return visitor.session


async def actor_of(request: Request) -> Actor:
    """Who of the people who work with Florin asks; only a route for people has one."""
    visitor: Visitor = request.state.visitor
    if visitor.actor is None:
        raise TypeError("only a route for people has an actor")
    return visitor.actor


@dataclass(frozen=True, slots=True)
class PageWanted:
    """How much of a list is wanted, and after which item it begins."""

    limit: int
    cursor: str | None

    def last_seen(self, list_name: str) -> UUID | None:
        """The id of the last item of the page before; None for the first page."""
        return None if self.cursor is None else decode_id(list_name, self.cursor)


async def _page(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Items at most.")] = DEFAULT_LIMIT,
    cursor: Annotated[
        str | None, Query(min_length=1, max_length=200, description="`next_cursor` of the page before.")
    ] = None,
) -> PageWanted:
    return PageWanted(limit, cursor)


TheVisitor = Annotated[Visitor, Depends(_visitor)]
TheRequestId = Annotated[str | None, Depends(_request_id)]
TheSession = Annotated[SignedIn, Depends(_session)]
TheActor = Annotated[Actor, Depends(actor_of)]
TheHouse = Annotated[ClearingHouse, Depends(_house)]
TheGuesses = Annotated[GuessLimit, Depends(_guesses)]
TheAuthor = Annotated[Author, Depends(_author)]
Now = Annotated[datetime, Depends(_now)]
ThePage = Annotated[PageWanted, Depends(_page)]


def accepted(result: Result | Decline | RateLimited) -> Result:
    """What a verb returned, unless it is a decline.

    Raises:
        Refused: with the decline's code, and the time to wait where too much was tried.
    """
    if isinstance(result, Decline):
        raise Refused(result)
    if isinstance(result, RateLimited):
        raise too_often(result)
    return result


def allowed(limited: RateLimited | None) -> None:
    """Go on, unless a throttle says no; `Refused` then, with the time to wait."""
    if limited is not None:
        raise too_often(limited)


def too_often(limited: RateLimited) -> Refused:
    """The refusal by a throttle, with the time to wait."""
    return Refused(limited.decline, headers={"Retry-After": str(limited.retry_after_s)})


async def posted(house: ClearingHouse, request: PostingRequest, status: int = 200) -> Response:
    """Submit a posting request that needs no idempotency key, and return its answer.

    Raises:
        Refused: it was declined.
    """
    return told(await house.engine.submit(request), status)


def told(answer: Answer, status: int = 200) -> Response:
    """An answer of the posting engine as a response; `Refused` when it is a decline."""
    if answer.decline is not None:
        raise Refused(answer.decline, details=msgspec.json.decode(answer.body))
    return Response(answer.body, status, media_type="application/json")
