"""How often payments may be begun: whoever tries stolen cards begins many of them, and most are never paid."""

from collections.abc import Sequence
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.throttled import by_address, by_id, in_total
from florin.crypto.vault import Vault
from florin.domain.payment import Payment
from florin.domain.throttle_rules import (
    PAYMENTS_BY_ADDRESS,
    PAYMENTS_BY_MEMBER,
    UNPAID_BY_MEMBER,
    UNPAID_IN_TOTAL,
)
from florin.storage.people.throttle import Charge, give_back


def charges_of(vault: Vault, member_id: UUID, address: str | None) -> Sequence[Charge]:
    """What a payment that is begun is charged with; ``address`` is the member's, None where a till asks."""
    addresses = () if address is None else (by_address(vault, PAYMENTS_BY_ADDRESS, address),)
    return by_id(vault, PAYMENTS_BY_MEMBER, member_id), *addresses, *_charged_until_paid(vault, member_id)


async def forgive(house: ClearingHouse, payment: Payment) -> None:
    """Take back what a payment was charged with as long as it was not paid."""
    await give_back(house.pool, _charged_until_paid(house.vault, payment.member_id), payment.created_at)


def _charged_until_paid(vault: Vault, member_id: UUID) -> Sequence[Charge]:
    return by_id(vault, UNPAID_BY_MEMBER, member_id), in_total(UNPAID_IN_TOTAL)
