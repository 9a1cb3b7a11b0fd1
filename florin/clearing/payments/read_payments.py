"""Read payments: members their own, the operator's people all, with refunds and findings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.payments.ask_provider import ask_provider
from florin.domain.declines import Decline
from florin.domain.paging import Page
from florin.domain.payment import Payment, PaymentStatus
from florin.domain.payment_finding import FindingKind, PaymentFinding
from florin.domain.payment_refund import PaymentRefund
from florin.domain.people import READERS_OF_MONEY, Actor, Role
from florin.gateways.payment_provider import ProviderUnavailableError
from florin.storage.payments.payment_findings import list_findings
from florin.storage.payments.payment_refunds import refunds_of_payment
from florin.storage.payments.payments import find_payment, list_payments

READERS: Final = READERS_OF_MONEY
WHO_MAY_ASK: Final = frozenset({Role.OPERATOR, Role.FINANCE})


@dataclass(frozen=True, slots=True)
class PaymentHistory:
    """A payment and what goes or went back of it."""

    payment: Payment
    refunds: list[PaymentRefund]


async def own_payment(house: ClearingHouse, member_id: UUID, payment_id: UUID) -> PaymentHistory | Decline:
    """A member's own payment. Declines: ``payment_not_found``, also for a stranger's."""
    history = await _history(house, payment_id)
    if isinstance(history, Decline) or history.payment.member_id != member_id:
        return Decline.PAYMENT_NOT_FOUND
    return history


async def own_payments(house: ClearingHouse, member_id: UUID, before: UUID | None, limit: int) -> Page[Payment, UUID]:
    """A page of a member's payments, the latest first, from those before ``before``."""
    return await list_payments(house.pool, member_id, None, before, limit)


async def read_payment(house: ClearingHouse, actor: Actor, payment_id: UUID) -> PaymentHistory | Decline:
    """A payment. Declines: ``role_required``, ``payment_not_found``."""
    return await _history(house, payment_id) if actor.has(*READERS) else Decline.ROLE_REQUIRED


async def payments_page(
    house: ClearingHouse,
    actor: Actor,
    member_id: UUID | None,
    status: PaymentStatus | None,
    before: UUID | None,
    limit: int,
) -> Page[Payment, UUID] | Decline:
    """A page of payments, of a member or status unless it is None. Declines: ``role_required``."""
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    return await list_payments(house.pool, member_id, status, before, limit)


async def findings_page(
    house: ClearingHouse,
    actor: Actor,
    kind: FindingKind | None,
    before: UUID | None,
    limit: int,
    *,
    is_open: bool | None = None,
) -> Page[PaymentFinding, UUID] | Decline:
    """A page of findings, of one kind, open or closed, unless it is None. Declines: ``role_required``."""
    return (
        await list_findings(house.pool, kind, before, limit, is_open=is_open)
        if actor.has(*READERS)
        else Decline.ROLE_REQUIRED
    )


async def ask_about_payment(
    house: ClearingHouse, actor: Actor, payment_id: UUID, now: datetime
) -> PaymentHistory | Decline:
    """Ask the provider now and act on its answer; only this way a disputed payment that agrees by now is credited.

    Declines: ``role_required``, ``payment_not_found``, ``provider_not_found`` for one that is not in our settings any
    more, ``provider_unavailable``.
    """
    if not actor.has(*WHO_MAY_ASK):
        return Decline.ROLE_REQUIRED
    payment = await find_payment(house.pool, payment_id)
    if payment is None:
        return Decline.PAYMENT_NOT_FOUND
    if payment.provider not in house.providers:
        return Decline.PROVIDER_NOT_FOUND
    try:
        await ask_provider(house, payment, now, by_person=True)
    except ProviderUnavailableError:
        return Decline.PROVIDER_UNAVAILABLE
    return await _history(house, payment_id)


async def _history(house: ClearingHouse, payment_id: UUID) -> PaymentHistory | Decline:
    payment = await find_payment(house.pool, payment_id)
    if payment is None:
        return Decline.PAYMENT_NOT_FOUND
    return PaymentHistory(payment, await refunds_of_payment(house.pool, payment_id))
