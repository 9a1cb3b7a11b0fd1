"""Hear of a refund: the one step that is taken on what a provider says of money that was to go back."""

from datetime import datetime
from typing import assert_never
from uuid import UUID

import structlog

from florin.clearing.house import ClearingHouse
from florin.clearing.payments.settle_refund import refund_failed, refund_paid
from florin.domain.payment_finding import FindingKind, PaymentFinding
from florin.domain.payment_refund import PaymentRefund, PaymentRefundStatus, RefundCause
from florin.gateways.payment_provider import RefundFound, RefundState
from florin.storage.fresh_ids import fresh_id
from florin.storage.payments.payment_findings import open_finding
from florin.storage.payments.payment_refunds import find_payment_refund
from florin.storage.payments.payments import find_payment

_log = structlog.get_logger("florin.payments")


async def hear_of_refund(house: ClearingHouse, provider: str, found: RefundFound, now: datetime) -> None:
    """Act on what ``provider`` says of a refund; saying it again, later or in another order changes nothing.

    Raises:
        BusyError, OutcomeUnknownError: say it again later.
    """
    refund = await _refund_of(house, provider, found.reference)
    if refund is None:
        await find_fault(house, FindingKind.REFUND_UNKNOWN, provider, None, found, now)
    elif (found.amount_minor, found.unit) != (refund.amount_minor, refund.unit):
        await find_fault(house, FindingKind.REFUND_DIFFERS, provider, refund, found, now)
    else:
        match found.state:
            case RefundState.PENDING:
                return
            case RefundState.PAID:
                await house.engine.submit(refund_paid(house, refund, found.provider_reference))
                await _require_end(house, provider, refund, found, PaymentRefundStatus.FAILED, now)
            case RefundState.FAILED:
                await hear_of_failure(house, provider, refund, "failed", now)
                await _require_end(house, provider, refund, found, PaymentRefundStatus.PAID, now)
            case _:
                assert_never(found.state)


async def _require_end(
    house: ClearingHouse,
    provider: str,
    refund: PaymentRefund,
    found: RefundFound,
    other: PaymentRefundStatus,
    now: datetime,
) -> None:
    """Open a finding where the refund had ended in the ``other`` way: the money is in two places, or in none."""
    current = await find_payment_refund(house.pool, refund.id)
    if current is not None and current.status is other:
        detail = f"it is {found.state} at the provider, and {current.status} here"
        await find_fault(house, FindingKind.REFUND_DIFFERS, provider, refund, found, now, detail)


async def hear_of_failure(house: ClearingHouse, provider: str, refund: PaymentRefund, code: str, now: datetime) -> None:
    """Put money that does not go back into its wallet again; where it was in none, a person must see to it."""
    answer = await house.engine.submit(refund_failed(house, refund, code))
    if refund.cause is not RefundCause.COOLING_OFF or answer.decline is not None:
        await find_fault(house, FindingKind.REFUND_FAILED, provider, refund, None, now, code)


async def _refund_of(house: ClearingHouse, provider: str, reference: str) -> PaymentRefund | None:
    try:
        refund = await find_payment_refund(house.pool, UUID(hex=reference))
    except ValueError:
        return None
    payment = None if refund is None else await find_payment(house.pool, refund.payment_id)
    return refund if payment is not None and payment.provider == provider else None


async def find_fault(
    house: ClearingHouse,
    kind: FindingKind,
    provider: str,
    refund: PaymentRefund | None,
    found: RefundFound | None,
    now: datetime,
    detail: str = "",
) -> None:
    """Open a finding about a refund, for a person to look at."""
    reference = refund.reference if refund is not None else found.reference if found is not None else ""
    finding = PaymentFinding(
        fresh_id(),
        kind,
        provider,
        reference,
        None if refund is None else refund.payment_id,
        None if refund is None else refund.amount_minor,
        None if refund is None else refund.unit,
        None if found is None else found.amount_minor,
        None if found is None else found.unit,
        detail,
        now,
    )
    _log.warning("payment_finding", kind=kind, provider=provider, reference=reference)
    await open_finding(house.pool, finding)
