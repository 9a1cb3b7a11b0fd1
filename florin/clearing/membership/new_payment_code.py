"""Make a payment code: the member's consent to one payment, shown at a till within the programme's short lifetime."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.throttled import by_id
from florin.crypto.random_digits import random_payment_code
from florin.domain.declines import Decline
from florin.domain.throttle_rules import PAYMENT_CODE_BY_MEMBER, RateLimited
from florin.storage.payments.payment_codes import replace_payment_code
from florin.storage.people.throttle import admit


@dataclass(frozen=True, slots=True)
class NewPaymentCode:
    """The digits to show as a barcode, once; only a blind index of them is kept."""

    code: str = field(repr=False)
    expires_at: datetime


async def new_payment_code(
    house: ClearingHouse, member_id: UUID, now: datetime
) -> NewPaymentCode | Decline | RateLimited:
    """A fresh code; the member's earlier one, if it was not used, is worth nothing from now on.

    Declines: ``member_not_active`` when the account is blocked or closed.
    """
    limited = await admit(house.pool, [by_id(house.vault, PAYMENT_CODE_BY_MEMBER, member_id)], now)
    if limited is not None:
        return limited
    code = random_payment_code()
    expires_at = await replace_payment_code(house.pool, member_id, house.vault.payment_codes.of(code), now)
    return Decline.MEMBER_NOT_ACTIVE if expires_at is None else NewPaymentCode(code, expires_at)
