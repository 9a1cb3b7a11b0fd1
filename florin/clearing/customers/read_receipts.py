"""Read receipts. Who paid, and from which account, is for those who answer for the money."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import msgspec

from florin.clearing.customers.allowed import READERS
from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.paging import Page
from florin.domain.people import Actor, Role
from florin.domain.receipt import Parties
from florin.storage.corporate.receipts import Receipt, find_receipt, list_receipts

SEE_PARTIES: Final = frozenset({Role.FINANCE, Role.FINANCE_APPROVER, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class ReceiptInFull:
    """A receipt, with payer and payee for those who may see them."""

    receipt: Receipt
    parties: Parties | None


async def read_receipt(house: ClearingHouse, actor: Actor, receipt_id: UUID) -> ReceiptInFull | Decline:
    """A receipt. Declines: ``receipt_not_found``, also for a stranger's; ``role_required``."""
    found = await find_receipt(house.pool, receipt_id)
    if found is None or not actor.may_see(found.customer_id):
        return Decline.RECEIPT_NOT_FOUND
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    if not actor.has(*SEE_PARTIES):
        return ReceiptInFull(found, None)
    opened = house.vault.receipt_parties.open(found.parties_encrypted, found.id.bytes)
    return ReceiptInFull(found, msgspec.json.decode(opened, type=Parties))


async def receipts_page(
    house: ClearingHouse, actor: Actor, customer_id: UUID | None, before: UUID | None, limit: int
) -> Page[Receipt, UUID] | Decline:
    """A page of receipts, the latest first: of one customer, or of all for the operator's people.

    A customer's people see their own only. Declines: ``customer_not_found`` for a stranger, ``role_required``.
    """
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    wanted = customer_id or actor.customer_id
    if wanted is not None and not actor.may_see(wanted):
        return Decline.CUSTOMER_NOT_FOUND
    return await list_receipts(house.pool, wanted, before, limit)
