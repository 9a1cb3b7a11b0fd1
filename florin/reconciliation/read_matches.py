"""What finance, who approves for it and auditors see of matching: its runs, and what belongs together and why."""

from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.paging import Page
from florin.domain.people import Actor
from florin.reconciliation.counterparties import READERS
from florin.storage.asked_runs import Run, find_run, list_runs
from florin.storage.reconciliation.match_runs import MATCHING, MatchRun
from florin.storage.reconciliation.matches import Match, WhichMatches, list_matches


async def runs_page(
    house: ClearingHouse, actor: Actor, before: UUID | None, limit: int
) -> Page[Run[MatchRun], UUID] | Decline:
    """A page of runs, done or not, the latest first; ``role_required``."""
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    return await list_runs(house.pool, MATCHING, before, limit)


async def read_run(house: ClearingHouse, actor: Actor, run_id: UUID) -> Run[MatchRun] | Decline:
    """A run; ``role_required``, ``matching_run_not_found``."""
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    return await find_run(house.pool, MATCHING, run_id) or Decline.MATCHING_RUN_NOT_FOUND


async def matches_page(
    house: ClearingHouse, actor: Actor, which: WhichMatches, before: UUID | None, limit: int
) -> Page[Match, UUID] | Decline:
    """A page of matches, those of the latest lines first; ``role_required``."""
    return await list_matches(house.pool, which, before, limit) if actor.has(*READERS) else Decline.ROLE_REQUIRED
