"""Read merchants' statements and payouts: our people all of them, a merchant its own."""

from dataclasses import replace
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

Reader = Actor | UUID | None
"""One of our people, a merchant by its id, or None: a machine of ours."""


async def read_statement(house: ClearingHouse, reader: Reader, statement_id: UUID) -> MerchantStatement | Decline:
    """A statement.

    Declines: ``role_required``, ``merchant_statement_not_found``, also for another merchant's or one not approved yet.
    """
    if isinstance(reader, Actor) and not reader.has(*READ):
        return Decline.ROLE_REQUIRED
    found = await find_statement(house.pool, statement_id)
    if found is None or (isinstance(reader, UUID) and not _is_open_to(reader, found)):
        return Decline.MERCHANT_STATEMENT_NOT_FOUND
    return found


async def statements_page(
    house: ClearingHouse, reader: Reader, which: WhichStatements, before: UUID | None, limit: int
) -> Page[MerchantStatement, UUID] | Decline:
    """A page of statements, the latest first; a merchant sees its own that are approved, whatever it asks for.

    Declines: ``role_required``.
    """
    if isinstance(reader, Actor) and not reader.has(*READ):
        return Decline.ROLE_REQUIRED
    if isinstance(reader, UUID):
        which = replace(which, merchant_id=reader, status=StatementStatus.APPROVED)
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
