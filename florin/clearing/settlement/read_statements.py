"""Read merchants' statements and payouts: our people all of them, a merchant its own."""

from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.settlement.allowed import READ
from florin.domain.declines import Decline
from florin.domain.merchant_payout import MerchantPayout
from florin.domain.merchant_statement import MerchantStatement, StatementStatus
from florin.domain.paging import Page
from florin.domain.payout import PayoutStatus
from florin.domain.people import Actor
from florin.storage.settlement.statements import (
    WhichStatements,
    find_statement,
    list_merchant_payouts,
    list_statements,
)


async def read_statement(house: ClearingHouse, reader: Actor | UUID, statement_id: UUID) -> MerchantStatement | Decline:
    """A statement for one of our people, or for a merchant by its id.

    Declines: ``role_required``, ``merchant_statement_not_found``, also for another merchant's or one not approved yet.
    """
    if isinstance(reader, Actor) and not reader.has(*READ):
        return Decline.ROLE_REQUIRED
    found = await find_statement(house.pool, statement_id)
    if found is None or (isinstance(reader, UUID) and not _is_open_to(reader, found)):
        return Decline.MERCHANT_STATEMENT_NOT_FOUND
    return found


async def statements_page(
    house: ClearingHouse, actor: Actor, which: WhichStatements, before: UUID | None, limit: int
) -> Page[MerchantStatement, UUID] | Decline:
    """A page of statements for our people, the latest first. Declines: ``role_required``."""
    if not actor.has(*READ):
        return Decline.ROLE_REQUIRED
    return await list_statements(house.pool, which, before, limit)


async def own_statements_page(
    house: ClearingHouse, merchant_id: UUID, before: UUID | None, limit: int
) -> Page[MerchantStatement, UUID]:
    """A page of a merchant's own approved statements, the latest first."""
    which = WhichStatements(merchant_id=merchant_id, status=StatementStatus.APPROVED)
    return await list_statements(house.pool, which, before, limit)


async def merchant_payouts_page(
    house: ClearingHouse, actor: Actor, status: PayoutStatus | None, before: UUID | None, limit: int
) -> Page[MerchantPayout, UUID] | Decline:
    """A page of payouts for our people, the latest first. Declines: ``role_required``."""
    if not actor.has(*READ):
        return Decline.ROLE_REQUIRED
    return await list_merchant_payouts(house.pool, before, limit, status=status)


def _is_open_to(merchant_id: UUID, statement: MerchantStatement) -> bool:
    return statement.merchant_id == merchant_id and statement.status is StatementStatus.APPROVED
