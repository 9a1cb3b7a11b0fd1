"""What everybody in the month plays on: the house, the clock, the tills, the provider, and the notes."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec

from florin.batch.demo_tills import StoryInterrupted, Tills
from florin.batch.opening_story import StoryMember
from florin.clearing.house import ClearingHouse
from florin.cli.month.bank import Outside
from florin.cli.month.cast import Role
from florin.cli.month.ledger_notes import Notes
from florin.cli.month.nights import Watch
from florin.cli.month.office import Office
from florin.cli.month.provider import Provider
from florin.cli.month.walking_clock import WalkingClock
from florin.domain.declines import Decline
from florin.domain.identity import Identity
from florin.domain.programme import Programme
from florin.domain.throttle_rules import RateLimited
from florin.storage.book.statements import balances_of
from florin.storage.members.sessions import SignedIn
from florin.storage.posting.request import Answer, Caller

ADDRESS: Final = "127.0.0.1"

_Made = TypeVar("_Made")


@dataclass(slots=True)
class Bought:
    """A purchase that somebody remembers; amounts in minor units."""

    id: UUID
    merchant: str
    day: date
    taken_minor: int
    discount_minor: int


@dataclass(slots=True)
class Member:
    """Somebody of the cast who has joined."""

    role: Role
    story: StoryMember
    identity: Identity = field(repr=False)
    id: UUID
    session: SignedIn | None = field(default=None, repr=False)
    bought: list[Bought] = field(default_factory=list)
    has_left: bool = False

    @property
    def signed_in(self) -> SignedIn:
        """The open session."""
        if self.session is None:
            raise StoryInterrupted(f"{self.story.user_name} has not signed in")
        return self.session

    @property
    def caller(self) -> Caller:
        """The member as the caller of a posting."""
        return Caller(self.id, self.signed_in.session_id)


@dataclass(slots=True)
class Stage:
    """All that there is, and on which day of the story something is to be done ``later``.

    ``directory`` is the data directory, ``bystanders`` are the members of the opening story, who do nothing more.
    """

    house: ClearingHouse
    clock: WalkingClock
    programme: Programme
    tills: Tills
    provider: Provider
    office: Office
    outside: Outside
    chance: random.Random
    watch: Watch
    directory: Path
    bystanders: tuple[UUID, ...] = ()
    notes: Notes = field(default_factory=Notes)
    members: dict[str, Member] = field(default_factory=dict)
    later: dict[int, list[Callable[[], Awaitable[object]]]] = field(default_factory=dict)
    day: int = 0
    _keys: int = 0

    @property
    def everybody(self) -> tuple[UUID, ...]:
        """All members."""
        return (*self.bystanders, *(each.id for each in self.members.values()))

    def key(self) -> str:
        """An idempotency key that nobody has used."""
        self._keys += 1
        return f"month-{self._keys:06}"

    def on_day(self, day: int, deed: Callable[[], Awaitable[object]]) -> None:
        """Have something done on a later day."""
        self.later.setdefault(day, []).append(deed)

    async def balance_of(self, member: Member) -> int:
        """What a member may spend, in minor units."""
        found = await balances_of(self.house.pool, member.id, self.clock())
        return 0 if found is None else found.available_minor

    def a_merchant(self) -> str:
        """One of the shops."""
        return self.chance.choice(("orchard-gate", "mill-lane", "dairy-yard", "beehive", "long-meadow", "east-barn"))


def done(what: str, result: _Made | Decline | RateLimited) -> _Made:
    """The result of a verb; `StoryInterrupted` when it is a refusal."""
    if isinstance(result, Decline | RateLimited):
        raise StoryInterrupted(f"{what}: {result}")
    if isinstance(result, Answer) and result.decline is not None:
        raise StoryInterrupted(f"{what}: {result.decline}")
    return result


def told(answer: Answer) -> dict[str, Any]:
    """What an answer says."""
    body: dict[str, Any] = msgspec.json.decode(answer.body)
    return body
