"""Read closures: with names and accounts for those who decide and pay, and for whoever it is about."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from florin.clearing.closures.records import opened_account, opened_holder
from florin.clearing.house import ClearingHouse
from florin.domain.bank_account import BankAccount
from florin.domain.closure import Closure, ClosureStatus
from florin.domain.closure_payout import OWED, ClosurePayout
from florin.domain.declines import Decline
from florin.domain.identity import Identity
from florin.domain.paging import Page
from florin.domain.payout import PayoutStatus
from florin.domain.people import READERS_OF_MONEY, Actor, Role
from florin.storage.closures.closures import (
    closure_of,
    find_closure,
    find_payout_account,
    list_closures,
    list_payouts,
    payouts_of,
    standing_of,
)
from florin.storage.members.sessions import SignedIn

READERS: Final = READERS_OF_MONEY
SEE_HOLDERS: Final = frozenset({Role.OPERATOR, Role.MANAGER, Role.FINANCE, Role.FINANCE_APPROVER})
"""Who sees name and account: whoever asks for it, approves it and pays it."""


@dataclass(frozen=True, slots=True)
class ClosureNow:
    """A closure with what there is to be paid now, in minor units.

    Of an open one that is what an approval now would pay out, of an approved one what is owed and not sent yet.
    """

    closure: Closure
    to_pay_minor: int


@dataclass(frozen=True, slots=True)
class ClosureInFull:
    """A closure with its payouts, and for those who may see them its holder and the bank account that it is paid to.

    ``account_last4`` is for everybody who sees the closure.
    """

    closure: Closure
    payouts: tuple[ClosurePayout, ...]
    account_last4: str | None
    holder: Identity | None = field(repr=False)
    account: BankAccount | None = field(repr=False)

    @property
    def now(self) -> ClosureNow:
        """The closure with what there is to be paid now."""
        owed_minor = sum(each.amount_minor for each in self.payouts if each.status in OWED)
        return ClosureNow(self.closure, self.closure.to_pay_minor(owed_minor))


async def read_closure(house: ClearingHouse, actor: Actor, closure_id: UUID) -> ClosureInFull | Decline:
    """A closure. Declines: ``closure_not_found``, ``role_required``."""
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    closure = await find_closure(house.pool, closure_id)
    if closure is None:
        return Decline.CLOSURE_NOT_FOUND
    return await in_full(house, closure, opened=actor.has(*SEE_HOLDERS))


async def read_own_closure(house: ClearingHouse, who: SignedIn) -> ClosureInFull | Decline:
    """The closure of the signed-in member's account, as it is to be confirmed. ``closure_not_found``."""
    closure = await closure_of(house.pool, who.member_id)
    return Decline.CLOSURE_NOT_FOUND if closure is None else await in_full(house, closure, opened=True)


async def closures_page(
    house: ClearingHouse,
    actor: Actor,
    status: ClosureStatus | None,
    owner_id: UUID | None,
    before: UUID | None,
    limit: int,
) -> Page[ClosureNow, UUID] | Decline:
    """A page of closures, the latest first, of a status or an account unless it is None. ``role_required``."""
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    page = await list_closures(house.pool, status, owner_id, before, limit)
    return Page(await _as_they_stand(house, page.items), page.next_after)


async def payouts_page(
    house: ClearingHouse, actor: Actor, status: PayoutStatus | None, before: UUID | None, limit: int
) -> Page[ClosurePayout, UUID] | Decline:
    """A page of payouts, the latest first, of a status unless it is None. ``role_required``."""
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    return await list_payouts(house.pool, status, before, limit)


async def _as_they_stand(house: ClearingHouse, closures: Sequence[Closure]) -> tuple[ClosureNow, ...]:
    """The closures as they stand; until one is approved, its amount is what an approval now would pay out."""
    standing = await standing_of(house.pool, [each.id for each in closures])
    for each in closures:
        if each.status in {ClosureStatus.REQUESTED, ClosureStatus.VERIFIED}:
            each.added_minor = standing[each.id].come_in_minor
    return tuple(ClosureNow(each, each.to_pay_minor(standing[each.id].owed_minor)) for each in closures)


async def in_full(house: ClearingHouse, closure: Closure, *, opened: bool) -> ClosureInFull:
    """A closure with all that belongs to it; ``opened``: also its holder and the bank account."""
    await _as_they_stand(house, [closure])
    payouts = tuple(await payouts_of(house.pool, closure.id))
    sealed = None if closure.account_id is None else await find_payout_account(house.pool, closure.account_id)
    return ClosureInFull(
        closure,
        payouts,
        None if sealed is None else sealed.last4,
        opened_holder(house.vault, closure) if opened else None,
        opened_account(house.vault, sealed) if opened and sealed is not None else None,
    )
