"""Who calls: the token in the request, whom it stands for, and whether the route lets them in.

Machines call with a key, members and the people who work with Florin with a session. What is unknown, malformed,
expired or revoked gets one answer. A route says whom it lets in when it is declared, and lets nobody else in.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum, auto
from typing import Final
from uuid import UUID

from florin.api.problems.codes import DoorProblem
from florin.api.problems.document import Refused
from florin.clearing.house import ClearingHouse
from florin.crypto.tokens import API_KEY, LOGIN, SESSION
from florin.domain.people import Actor, Role
from florin.domain.programme import ApiKey
from florin.domain.scopes import Scope
from florin.storage.catalogue import catalogue_version
from florin.storage.members.sessions import SignedIn, session_of
from florin.storage.people.login_sessions import OpenLogin, open_login_of
from florin.storage.posting.request import Caller

NOBODY: Final = UUID(int=0)
"""The caller of a public route; nothing that it asks for is kept under this id."""

REFRESH_EVERY_S: Final = 1.0
"""How old the known API keys may become: within this time a new key works, and a revoked one opens nothing any more."""


class Audience(StrEnum):
    """Whom a route is for, where that is no machine with a scope."""

    PUBLIC = auto()  # anybody; no token is looked at
    MEMBER = auto()  # a member who has signed in


@dataclass(frozen=True, slots=True)
class People:
    """The people who work with Florin and have one of the roles.

    ``while_enrolling`` lets in also who must still change the initial password, enrol for one-time codes or be
    released by another person, ``scope`` machines whose key has it.
    """

    roles: frozenset[Role]
    while_enrolling: bool = False
    scope: Scope | None = None

    def __str__(self) -> str:
        return " ".join((*(() if self.scope is None else (self.scope,)), *sorted(self.roles)))


def people(*roles: Role) -> People:
    """Whom a route is for when it is for people with one of these roles: ``allows=people(Role.BUYER)``."""
    return People(frozenset(roles))


ANYBODY_SIGNED_IN: Final = People(frozenset(Role))
"""Everybody who works with Florin, of whichever role and side."""

ANYBODY_ENROLLING: Final = People(frozenset(Role), while_enrolling=True)
"""As `ANYBODY_SIGNED_IN`, with those who have not finished their enrolment or were not released after it."""

READERS_OF_PROGRAMMES: Final = People(frozenset(Role), scope=Scope.PROGRAMMES_READ)
"""As `ANYBODY_SIGNED_IN`, with machines that may read programmes: who orders must know what there is to order."""

Access = Scope | Audience | People


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever a door has let in: a machine by its key, a member or (``actor``) one of the people by a session.

    With none of them it is anybody.
    """

    caller: Caller
    key: ApiKey | None = None
    session: SignedIn | None = None
    actor: Actor | None = None

    @property
    def merchant_id(self) -> UUID | None:
        """The merchant whose till it is; None for everybody else."""
        return None if self.key is None else self.key.merchant_id


class Doorkeeper:
    """Lets callers in, by the API keys of the catalogue and the sessions of the database."""

    def __init__(
        self,
        house: ClearingHouse,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._house = house
        self._clock = clock
        self._ticks = ticks
        self._refreshed_at = ticks() - REFRESH_EVERY_S

    async def admit(self, authorization: bytes | None, access: Access, request_id: str) -> Visitor:
        """Whoever calls, if the route is open to them.

        Raises:
            Refused: `UNAUTHENTICATED`, `INSUFFICIENT_SCOPE` for a caller who is known and may not, or
                `ENROLMENT_REQUIRED` for one of the people who must first change the password or enrol for codes, and
                `RELEASE_REQUIRED` for one whose login nobody has released.
        """
        if access is Audience.PUBLIC:
            return Visitor(Caller(NOBODY, NOBODY, None, request_id))
        token = _bearer(authorization)
        digest = API_KEY.digest(token)
        if digest is not None:
            key = self._key(digest) or await self._new_key(digest)
            if key is not None:
                return _let_in(key, access, request_id)
        elif (digest := SESSION.digest(token)) is not None:
            session = await session_of(self._house.pool, digest, self._clock())
            if session is not None:
                return _let_member_in(session, access, request_id)
        elif (digest := LOGIN.digest(token)) is not None:
            login = await open_login_of(self._house.pool, digest, self._clock())
            if login is not None:
                return _let_person_in(login, access, request_id)
        raise Refused(DoorProblem.UNAUTHENTICATED)

    async def refresh(self) -> None:
        """Reread the configuration if it has changed, so that keys issued and revoked meanwhile are known."""
        self._refreshed_at = self._ticks()
        await self._house.engine.current_catalogue(await catalogue_version(self._house.pool))

    def _key(self, digest: bytes) -> ApiKey | None:
        catalogue = self._house.engine.catalogue
        return None if catalogue is None else catalogue.keys_by_digest.get(digest)

    async def _new_key(self, digest: bytes) -> ApiKey | None:
        # At most once in a while, or a stranger with made-up tokens would keep the database busy.
        if self._ticks() - self._refreshed_at < REFRESH_EVERY_S:
            return None
        await self.refresh()
        return self._key(digest)


def _bearer(authorization: bytes | None) -> str:
    """The token of an ``Authorization`` header (RFC 6750, section 2.1; the scheme's name has no case)."""
    if authorization is None:
        raise Refused(DoorProblem.UNAUTHENTICATED)
    scheme, _, token = authorization.decode("latin-1").partition(" ")
    if scheme.lower() != "bearer":
        raise Refused(DoorProblem.UNAUTHENTICATED)
    return token


def _let_in(key: ApiKey, access: Access, request_id: str) -> Visitor:
    scope = access.scope if isinstance(access, People) else access
    if scope not in key.scopes:
        raise Refused(DoorProblem.INSUFFICIENT_SCOPE, details={"scope": str(access)})
    # An operator has no merchant: its operations stand under the key itself.
    return Visitor(Caller(key.merchant_id or key.id, key.id, key.terminal_id, request_id), key=key)


def _let_member_in(session: SignedIn, access: Access, request_id: str) -> Visitor:
    if access is not Audience.MEMBER:
        raise Refused(DoorProblem.INSUFFICIENT_SCOPE, details={"scope": str(access)})
    return Visitor(Caller(session.member_id, session.session_id, None, request_id), session=session)


def _let_person_in(login: OpenLogin, access: Access, request_id: str) -> Visitor:
    actor = login.actor
    if not isinstance(access, People) or not actor.has(*access.roles):
        raise Refused(DoorProblem.INSUFFICIENT_SCOPE, details={"scope": str(access)})
    if not (login.is_enrolled or access.while_enrolling):
        raise Refused(DoorProblem.ENROLMENT_REQUIRED)
    if login.waits and not access.while_enrolling:
        raise Refused(DoorProblem.RELEASE_REQUIRED)
    # A customer's people act for the customer, the operator's own under their logins.
    return Visitor(Caller(actor.customer_id or actor.login_id, actor.session_id, None, request_id), actor=actor)
