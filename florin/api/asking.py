"""Who asks, of which house, and when: the one parameter that most routes by FastAPI take.

``person: ThePerson`` or ``member: TheMember``, and ``await person.asks(verb, command, person.now)`` in the body.
A route that makes something takes ``person: ThePersonOnce`` or ``member: TheMemberOnce``, has `KEY_PROBLEMS` among its
problems, and returns ``await person.asks_once(verb, command, person.key, person.request_id)``.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Concatenate, Generic, ParamSpec, TypeVar

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from florin.api.given import Now, TheActor, TheHouse, TheRequestId, TheSession, accepted
from florin.api.idempotency_keys import TheKey, answered
from florin.clearing.house import ClearingHouse
from florin.clearing.people.step_up import checked_code
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.domain.throttle_rules import RateLimited
from florin.storage.members.sessions import SignedIn
from florin.storage.people.logins import CodeProof
from florin.storage.posting.request import Answer

Who = TypeVar("Who", Actor, SignedIn)
Result = TypeVar("Result")
Rest = ParamSpec("Rest")


@dataclass(frozen=True, slots=True)
class Asking(Generic[Who]):
    """A request of ``who`` has signed in: one of the people who work with Florin, or a member."""

    who: Who
    house: ClearingHouse
    now: datetime
    request_id: str | None

    async def asks(
        self,
        verb: Callable[Concatenate[ClearingHouse, Who, Rest], Awaitable[Result | Decline | RateLimited]],
        *rest: Rest.args,
        **named: Rest.kwargs,
    ) -> Result:
        """What a verb says to this request; ``rest`` is what it takes after the house and who asks.

        Raises:
            Refused: it declines, or too much was tried.
        """
        return accepted(await verb(self.house, self.who, *rest, **named))


@dataclass(frozen=True, slots=True)
class AskingOnce(Asking[Who]):
    """A request under an idempotency key: repeated, it is answered as the first time. ``status`` is the route's."""

    key: str
    status: int

    async def asks_once(
        self,
        verb: Callable[Concatenate[ClearingHouse, Who, Rest], Awaitable[Answer | Decline | RateLimited]],
        *rest: Rest.args,
        **named: Rest.kwargs,
    ) -> Response:
        """What the posting engine has answered to a verb, which says when it is a repetition.

        Raises:
            Refused: it is declined, or too much was tried.
        """
        return answered(await self.asks(verb, *rest, **named), self.status)


async def proof_of(person: Asking[Actor], totp_code: str) -> CodeProof:
    """The proof that somebody has shown a fresh one-time code, to be spent by the action.

    Raises:
        Refused: the code is wrong, or too many were.
    """
    return await person.asks(checked_code, totp_code, person.now)


async def _person(actor: TheActor, house: TheHouse, now: Now, request_id: TheRequestId) -> Asking[Actor]:
    return Asking(actor, house, now, request_id)


async def _member(session: TheSession, house: TheHouse, now: Now, request_id: TheRequestId) -> Asking[SignedIn]:
    return Asking(session, house, now, request_id)


ThePerson = Annotated[Asking[Actor], Depends(_person)]
TheMember = Annotated[Asking[SignedIn], Depends(_member)]


async def _person_once(person: ThePerson, key: TheKey, request: Request) -> AskingOnce[Actor]:
    return AskingOnce(person.who, person.house, person.now, person.request_id, key, request.scope["route"].status_code)


async def _member_once(member: TheMember, key: TheKey, request: Request) -> AskingOnce[SignedIn]:
    return AskingOnce(member.who, member.house, member.now, member.request_id, key, request.scope["route"].status_code)


ThePersonOnce = Annotated[AskingOnce[Actor], Depends(_person_once)]
TheMemberOnce = Annotated[AskingOnce[SignedIn], Depends(_member_once)]
