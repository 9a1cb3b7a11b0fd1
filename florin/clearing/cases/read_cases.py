"""Read cases: members their own, merchants those about them, our people those that are their work, with every note."""

from dataclasses import replace
from uuid import UUID

from florin.clearing.cases.notes import opened_note
from florin.clearing.house import ClearingHouse
from florin.domain.case_life import Case, CaseNote, CaseStatus, Remedy, Side
from florin.domain.case_scope import READERS, kinds_read_by, may_read, may_work
from florin.domain.declines import Decline
from florin.domain.paging import Page
from florin.domain.people import Actor
from florin.storage.cases import WantedCases, find_case, list_cases, notes_of, remedies_of
from florin.storage.members.sessions import SignedIn

Story = tuple[Case, list[CaseNote], list[Remedy]]
"""A case, what was said, and what it has brought its member."""


async def read_own_case(house: ClearingHouse, who: SignedIn, case_id: UUID) -> Story | Decline:
    """An own case with all that is for the member's eyes; ``case_not_found``."""
    case = await find_case(house.pool, case_id)
    if case is None or case.member_id != who.member_id:
        return Decline.CASE_NOT_FOUND
    notes = await notes_of(house.pool, case_id, Side.MEMBER)
    return case, [opened_note(house.vault, each) for each in notes], await remedies_of(house.pool, case_id)


async def read_case(house: ClearingHouse, actor: Actor, case_id: UUID) -> Story | Decline:
    """A case with its whole story. Declines: ``role_required``, also for what is others' work; ``case_not_found``."""
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    case = await find_case(house.pool, case_id)
    if case is None:
        return Decline.CASE_NOT_FOUND
    if not may_read(actor, case.customer_id):
        return Decline.ROLE_REQUIRED
    if not may_work(actor, case.customer_id):
        return case, [], []
    notes = await notes_of(house.pool, case_id, Side.SERVICE)
    return case, [opened_note(house.vault, each) for each in notes], await remedies_of(house.pool, case_id)


async def cases_page(
    house: ClearingHouse, actor: Actor, wanted: WantedCases, before: UUID | None, limit: int
) -> Page[Case, UUID] | Decline:
    """A page of the cases that the actor reads, the latest first; ``role_required``, also for what is others' work."""
    kinds = kinds_read_by(actor)
    if not kinds or wanted.of_customers not in {None, *kinds}:
        return Decline.ROLE_REQUIRED
    shown = wanted if len(kinds) > 1 else replace(wanted, of_customers=min(kinds))
    return await list_cases(house.pool, shown, before, limit)


async def own_cases(house: ClearingHouse, who: SignedIn, before: UUID | None, limit: int) -> Page[Case, UUID]:
    """A page of the member's own cases, the latest first."""
    return await list_cases(house.pool, WantedCases(member_id=who.member_id), before, limit)


async def read_case_about(house: ClearingHouse, case_id: UUID) -> tuple[Case, list[CaseNote]] | Decline:
    """A case as a merchant reads it that it is about: what was asked of it, and what it has answered.

    Whether the merchant is its own is for whoever asks to see; ``case_not_found``.
    """
    case = await find_case(house.pool, case_id)
    if case is None or case.merchant_id is None:
        return Decline.CASE_NOT_FOUND
    notes = await notes_of(house.pool, case_id, Side.MERCHANT)
    return case, [opened_note(house.vault, each) for each in notes]


async def cases_about(
    house: ClearingHouse, merchant_id: UUID, status: CaseStatus | None, before: UUID | None, limit: int
) -> Page[Case, UUID]:
    """A page of the cases about a merchant's purchases and deliveries, the latest first."""
    return await list_cases(house.pool, WantedCases(status=status, merchant_id=merchant_id), before, limit)
