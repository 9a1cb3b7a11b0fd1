"""Hear of a payment: the one step that is taken on what a provider says, whether it called or was asked."""

from datetime import datetime
from typing import assert_never
from uuid import UUID

import structlog

from florin.clearing.house import ClearingHouse
from florin.clearing.payments.complete_split import complete_split
from florin.clearing.payments.credit_payment import credit_payment
from florin.clearing.payments.dispute_payment import dispute_payment
from florin.clearing.payments.end_payment import end_payment
from florin.clearing.payments.payment_limits import forgive
from florin.clearing.payments.sell_card_online import sell_card_online
from florin.clearing.payments.trial_person import trial_person
from florin.domain.payment import Payment, PaymentOperation, PaymentPurpose, PaymentStatus
from florin.domain.payment_finding import FindingKind, PaymentFinding
from florin.gateways.payment_provider import PaymentFound, PaymentState
from florin.storage.fresh_ids import fresh_id
from florin.storage.payments.online_cards import keep_card
from florin.storage.payments.payment_findings import open_finding
from florin.storage.payments.payments import find_payment
from florin.storage.posting.request import PostingRequest

_log = structlog.get_logger("florin.payments")


async def hear_of_payment(
    house: ClearingHouse, provider: str, found: PaymentFound, now: datetime, *, by_person: bool = False
) -> None:
    """Act on what ``provider`` says of a payment; saying it again, later or in another order changes nothing.

    Paid as asked for, it is credited, or the card that it buys is the buyer's; paid otherwise, it is disputed with a
    finding, and stays so until a person has the provider asked again (``by_person``). Closed, it has expired.

    Raises:
        BusyError, OutcomeUnknownError: say it again later.
    """
    payment = await payment_of_reference(house, provider, found.reference)
    match found.state:
        case PaymentState.WAITING:
            return
        case PaymentState.CLOSED:
            if payment is not None and payment.is_open:
                await house.engine.submit(end_payment(house, payment, PaymentOperation.EXPIRE))
        case PaymentState.PAID if payment is None:
            await _find_fault(house, FindingKind.PAYMENT_UNKNOWN, provider, None, found, now)
        case PaymentState.PAID:
            await _hear_that_it_is_paid(house, payment, found, now, by_person=by_person)
        case _:
            assert_never(found.state)


async def payment_of_reference(house: ClearingHouse, provider: str, reference: str) -> Payment | None:
    """The payment that the provider knows by a reference, if it is one of ours and of that provider's."""
    try:
        payment_id = UUID(hex=reference)
    except ValueError:
        return None
    payment = await find_payment(house.pool, payment_id)
    return payment if payment is not None and payment.provider == provider else None


async def _hear_that_it_is_paid(
    house: ClearingHouse, payment: Payment, found: PaymentFound, now: datetime, *, by_person: bool
) -> None:
    if (found.amount_minor, found.unit) != (payment.amount_minor, payment.unit):
        # The finding first: whoever is killed in between will hear of the payment again.
        await _find_fault(house, FindingKind.AMOUNT_DIFFERS, payment.provider, payment, found, now)
        await house.engine.submit(dispute_payment(house, payment, found))
    elif by_person or payment.status is not PaymentStatus.DISPUTED:
        answer = await house.engine.submit(await _credit(house, payment, found))
        if not answer.replayed:
            await forgive(house, payment)
        if payment.hold_id is not None and answer.decline is None:
            await house.engine.submit(complete_split(house, payment))


async def _credit(house: ClearingHouse, payment: Payment, found: PaymentFound) -> PostingRequest:
    if payment.purpose is not PaymentPurpose.CARD:
        return credit_payment(house, payment, found)
    person = await trial_person(house, payment.member_id) if payment.discount_minor else None
    return sell_card_online(house, payment, found, await keep_card(house.pool, payment.id, person))


async def _find_fault(
    house: ClearingHouse,
    kind: FindingKind,
    provider: str,
    payment: Payment | None,
    found: PaymentFound,
    now: datetime,
) -> None:
    finding = PaymentFinding(
        fresh_id(),
        kind,
        provider,
        found.reference,
        None if payment is None else payment.id,
        None if payment is None else payment.amount_minor,
        None if payment is None else payment.unit,
        found.amount_minor,
        found.unit,
        "" if found.provider_reference is None else f"the provider calls it {found.provider_reference}",
        now,
    )
    _log.warning("payment_finding", kind=kind, provider=provider, reference=found.reference)
    await open_finding(house.pool, finding)
