"""The member whom customer service looks at, and who may."""

from typing import Final
from uuid import UUID

from florin.api.callers import People
from florin.api.problems.document import Refused
from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.people import Role
from florin.domain.scopes import Scope
from florin.storage.members.members import SealedProfile, profile_of

SERVING: Final = People(frozenset({Role.OPERATOR, Role.MANAGER, Role.AUDITOR}), scope=Scope.MEMBERS_READ)
"""Customer service, whoever looks after it, and an operator's machine."""


async def served(house: ClearingHouse, member_id: UUID) -> SealedProfile:
    """The member of that id, as the record has it; `Refused` when there is none."""
    profile = await profile_of(house.pool, member_id)
    if profile is None:
        raise Refused(Decline.MEMBER_NOT_FOUND)
    return profile
