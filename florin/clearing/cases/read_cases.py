"""Read cases: the member the own ones, our people all of them with every note."""

from uuid import UUID

from florin.clearing.cases.notes import opened_note
from florin.clearing.cases.open_case import WHO_MAY
from florin.clearing.house import ClearingHouse
from florin.domain.case_life import Case, CaseNote
from florin.domain.declines import Decline
from florin.domain.paging import Page
from florin.domain.people import Actor, Role
from florin.storage.cases import WantedCases, find_case, list_cases, notes_of
from florin.storage.members.sessions import SignedIn

READERS = WHO_MAY | {Role.AUDITOR}
"""Who reads cases; an auditor reads how they went, and not what people wrote."""

Story = tuple[Case, list[CaseNote]]


async def read_own_case(house: ClearingHouse, who: SignedIn, case_id: UUID) -> Story | Decline:
    """An own case with all that is for the member's eyes; ``case_not_found``."""
    case = await find_case(house.pool, case_id)
    if case is None or case.member_id != who.member_id:
        return Decline.CASE_NOT_FOUND
    notes = await notes_of(house.pool, case_id, internal=False)
    return case, [opened_note(house.vault, each) for each in notes]


async def read_case(house: ClearingHouse, actor: Actor, case_id: UUID) -> Story | Decline:
    """A case with its whole story. Declines: ``role_required``, ``case_not_found``."""
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    case = await find_case(house.pool, case_id)
    if case is None:
        return Decline.CASE_NOT_FOUND
    if not actor.has(*WHO_MAY):
        return case, []
    notes = await notes_of(house.pool, case_id, internal=True)
    return case, [opened_note(house.vault, each) for each in notes]


async def cases_page(
    house: ClearingHouse, actor: Actor, wanted: WantedCases, before: UUID | None, limit: int
) -> Page[Case, UUID] | Decline:
    """A page of cases, the latest first; ``role_required``."""
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    return await list_cases(house.pool, wanted, before, limit)


async def own_cases(house: ClearingHouse, who: SignedIn, before: UUID | None, limit: int) -> Page[Case, UUID]:
    """A page of the member's own cases, the latest first."""
    return await list_cases(house.pool, WantedCases(member_id=who.member_id), before, limit)
