"""What a customer's funding account holds."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from florin.domain.chart import AccountCode
from florin.storage.connect import Pool
from florin.storage.read_rows import read_row

FUNDING: Final = """
SELECT unit, balance_minor, held_minor AS reserved_minor FROM strict_account
WHERE owner_id = %(customer_id)s AND code = %(code)s
"""


@dataclass(frozen=True, slots=True)
class Funding:
    """A customer's money that is not on cards: all of it, and what orders and refunds have reserved of it."""

    unit: str
    balance_minor: int
    reserved_minor: int

    @property
    def available_minor(self) -> int:
        """What orders may still reserve and refunds send back."""
        return self.balance_minor - self.reserved_minor


async def funding_of(pool: Pool, customer_id: UUID) -> Funding:
    """A customer's money now; ``LookupError`` for what is no customer."""
    found = await read_row(
        pool, Funding, FUNDING, {"customer_id": customer_id, "code": int(AccountCode.CORPORATE_FUNDING)}
    )
    if found is None:
        raise LookupError(f"customer {customer_id} without a funding account")
    return found
