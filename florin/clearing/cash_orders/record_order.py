"""Record an order that is paid in cash at the door. No money of ours moves: the cash is the merchant's."""

from dataclasses import dataclass
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.domain.cash_order import CashOrder, CashOrderStatus
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.member_life import MemberStatus
from florin.domain.money import MAX_AMOUNT_MINOR
from florin.storage.audit_trail import Author
from florin.storage.cash_orders import add_cash_order
from florin.storage.fresh_ids import fresh_id
from florin.storage.members.members import profile_of

_GONE = (MemberStatus.CLOSING, MemberStatus.CLOSED)


@dataclass(frozen=True, slots=True)
class RecordCashOrder:
    """What a member pays at the door, under the merchant's own ``reference``. `InvalidField` for a bad amount."""

    member_id: UUID
    reference: str
    amount_minor: int
    unit: str

    def __post_init__(self) -> None:
        """Refuse what nobody can owe."""
        if not 1 <= self.amount_minor <= MAX_AMOUNT_MINOR:
            raise InvalidField("amount", f"from 1 to {MAX_AMOUNT_MINOR} minor units")


async def record_cash_order(
    house: ClearingHouse, merchant_id: UUID, command: RecordCashOrder, author: Author
) -> CashOrder | Decline:
    """The order; asked for again it is the same one.

    Declines: ``merchant_inactive``, ``member_not_found`` also for members of programmes that the merchant has no part
    in, ``member_not_active`` for who is leaving, ``currency_mismatch``, ``duplicate_reference`` when the merchant has
    used the reference for another order.
    """
    catalogue = await house.engine.current_catalogue()
    merchant = catalogue.merchants.get(merchant_id)
    if merchant is None or not merchant.is_active:
        return Decline.MERCHANT_INACTIVE
    member = await profile_of(house.pool, command.member_id)
    if member is None or (member.programme_id, merchant_id) not in catalogue.accepting:
        return Decline.MEMBER_NOT_FOUND
    if member.status in _GONE:
        return Decline.MEMBER_NOT_ACTIVE
    if command.unit != catalogue.programmes[member.programme_id].unit:
        return Decline.CURRENCY_MISMATCH
    wanted = CashOrder(
        id=fresh_id(),
        programme_id=member.programme_id,
        merchant_id=merchant_id,
        member_id=member.id,
        reference=command.reference,
        amount_minor=command.amount_minor,
        unit=command.unit,
        status=CashOrderStatus.RECORDED,
        recorded_at=author.now,
    )
    kept = await add_cash_order(house.pool, wanted, author)
    is_same = (kept.member_id, kept.amount_minor) == (wanted.member_id, wanted.amount_minor)
    return kept if is_same else Decline.DUPLICATE_REFERENCE
