"""What a customer has: the money that came in and is still there, and how it came to that."""

from dataclasses import dataclass
from uuid import UUID

from florin.clearing.customers.allowed import allowed_customer
from florin.clearing.house import ClearingHouse
from florin.domain.chart import AccountCode
from florin.domain.declines import Decline
from florin.domain.paging import Page
from florin.domain.people import Actor
from florin.storage.book.statements import StatementLine, statement
from florin.storage.corporate.customers import find_customer
from florin.storage.corporate.funding import Funding, funding_of


@dataclass(frozen=True, slots=True)
class FundingStatement:
    """A customer's money now, and a page of the lines of its funding account, the latest first."""

    funding: Funding
    lines: Page[StatementLine, int]


async def read_funding(
    house: ClearingHouse, actor: Actor, customer_id: UUID, limit: int, after: int | None = None
) -> FundingStatement | Decline:
    """The statement of a customer's funding, lines older than the sequence number ``after``.

    Declines: ``customer_not_found``, ``role_required``.
    """
    allowed = allowed_customer(await find_customer(house.pool, customer_id), actor)
    if isinstance(allowed, Decline):
        return allowed
    lines = await statement(house.pool, customer_id, AccountCode.CORPORATE_FUNDING, limit, after)
    return FundingStatement(await funding_of(house.pool, customer_id), lines)
