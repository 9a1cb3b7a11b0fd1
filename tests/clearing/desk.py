"""What everybody at a desk of the tests has: a till, our people with one-time codes, and a book to be proven."""

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.domain.people import Actor
from florin.storage.members.sessions import SignedIn
from florin.storage.people.logins import CodeProof
from florin.storage.posting.request import Caller
from tests.clearing.every_proof import findings
from tests.corporate import Corporate
from tests.till import Till
from tests.world import World

_steps: Final = itertools.count(10**7)


def fresh_proof(world: World, actor: Actor) -> CodeProof:
    """A one-time code that nobody has used."""
    (sealed,) = world.one("SELECT totp_secret_encrypted FROM login WHERE id = %s", actor.login_id)
    return CodeProof(actor.login_id, sealed, next(_steps))


@dataclass
class Desk:
    """Where somebody stands before one of ours."""

    house: ClearingHouse
    till: Till
    corporate: Corporate

    @property
    def world(self) -> World:
        return self.corporate.world

    @property
    def now(self) -> datetime:
        return self.world.clock.now

    def proof(self, actor: Actor) -> CodeProof:
        return fresh_proof(self.world, actor)

    def signed_in(self, member: Caller) -> SignedIn:
        """A member's session."""
        return SignedIn(member.actor_id, member.id, self.world.home, self.now + timedelta(hours=12))

    def standing(self, code: int, owner: UUID | None = None, programme: UUID | None = None) -> int:
        """What stands on a flow account of a programme, home unless told, in minor units, credits less debits."""
        within = programme or self.world.home
        (balance_minor,) = self.world.one(
            "SELECT coalesce(sum(CASE side WHEN 'credit' THEN amount_minor ELSE -amount_minor END), 0)::bigint"
            " FROM entry WHERE code = %s AND owner_id = %s AND programme_id = %s",
            code,
            owner or within,
            within,
        )
        return int(balance_minor)

    async def proven(self) -> None:
        """The book proves itself."""
        async with self.house.pool.connection() as connection:
            assert [] == await findings(connection)
