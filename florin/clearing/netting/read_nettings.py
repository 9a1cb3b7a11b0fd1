"""Read netting statements and payouts."""

from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.settlement.allowed import READ
from florin.domain.declines import Decline
from florin.domain.netting import NettingStatement, NettingStatus
from florin.domain.netting_payout import NettingPayout
from florin.domain.paging import Page
from florin.domain.payout import PayoutStatus
from florin.domain.people import Actor
from florin.storage.netting.nettings import find_netting, list_netting_payouts, list_nettings


async def read_netting(house: ClearingHouse, actor: Actor, netting_id: UUID) -> NettingStatement | Decline:
    """A netting statement. Declines: ``role_required``, ``netting_statement_not_found``."""
    if not actor.has(*READ):
        return Decline.ROLE_REQUIRED
    return await find_netting(house.pool, netting_id) or Decline.NETTING_STATEMENT_NOT_FOUND


async def nettings_page(
    house: ClearingHouse,
    actor: Actor,
    programme_id: UUID | None,
    status: NettingStatus | None,
    before: UUID | None,
    limit: int,
) -> Page[NettingStatement, UUID] | Decline:
    """A page of netting statements, the latest first. Declines: ``role_required``."""
    if not actor.has(*READ):
        return Decline.ROLE_REQUIRED
    return await list_nettings(house.pool, programme_id, status, before, limit)


async def netting_payouts_page(
    house: ClearingHouse, actor: Actor, status: PayoutStatus | None, before: UUID | None, limit: int
) -> Page[NettingPayout, UUID] | Decline:
    """A page of payouts between programmes, the latest first. Declines: ``role_required``."""
    if not actor.has(*READ):
        return Decline.ROLE_REQUIRED
    return await list_netting_payouts(house.pool, status, before, limit)
