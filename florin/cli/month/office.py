"""Our own people in the month: they sign in when there is something to do, and show a fresh code for weighty steps.

Whoever opens, approves and pays are three persons, as everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from florin.batch.demo_people import DemoPerson
from florin.batch.demo_tills import StoryInterrupted
from florin.clearing.house import ClearingHouse
from florin.clearing.people.sign_in import LoginOpened, SignInToWork, sign_in_to_work
from florin.clearing.people.step_up import checked_code
from florin.cli.month.walking_clock import WalkingClock
from florin.crypto.totp import STEP_SECONDS, code_at
from florin.domain.people import Actor
from florin.storage.people.logins import CodeProof

OPERATOR: Final = "farm.operator"
MANAGER: Final = "farm.manager"
FINANCE: Final = "farm.finance"
BUYER: Final = "walnut.buyer"

_ADDRESS: Final = "127.0.0.1"
_SHIFT_S: Final = 8 * 3600


@dataclass(slots=True)
class Office:
    """Who works for the programme, by user name, and who is signed in since when."""

    house: ClearingHouse
    clock: WalkingClock
    people: Mapping[str, DemoPerson]
    _at_work: dict[str, tuple[Actor, datetime]] = field(default_factory=dict)

    async def actor(self, user_name: str) -> Actor:
        """Somebody who has signed in today."""
        if user_name in self._at_work:
            actor, since = self._at_work[user_name]
            if (self.clock() - since).total_seconds() < _SHIFT_S:
                return actor
        person = self.people[user_name]
        typed = SignInToWork(
            user_name=user_name, password=person.password, totp_code=self._code(person), address=_ADDRESS
        )
        opened = await sign_in_to_work(self.house, typed, self.clock())
        if not isinstance(opened, LoginOpened):
            raise StoryInterrupted(f"{user_name} cannot sign in: {opened}")
        self._at_work[user_name] = opened.login.actor, self.clock()
        return opened.login.actor

    async def with_code(self, user_name: str) -> tuple[Actor, CodeProof]:
        """Somebody who has signed in, and the proof of a code that is good for one step."""
        actor = await self.actor(user_name)
        proof = await checked_code(self.house, actor, self._code(self.people[user_name]), self.clock())
        if not isinstance(proof, CodeProof):
            raise StoryInterrupted(f"a code of {user_name}: {proof}")
        return actor, proof

    def _code(self, person: DemoPerson) -> str:
        """A code that was not shown before: there is one in half a minute."""
        self.clock.let_pass(STEP_SECONDS)
        return code_at(person.totp_secret, int(self.clock().timestamp()) // STEP_SECONDS)
