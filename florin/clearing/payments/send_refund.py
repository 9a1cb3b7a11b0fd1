"""Send a refund: have the provider pay back, or ask it how far that has come."""

from datetime import datetime

from florin.clearing.house import ClearingHouse
from florin.clearing.payments.background import gateway_of
from florin.clearing.payments.hear_of_refund import hear_of_failure, hear_of_refund
from florin.domain.payment import Payment
from florin.domain.payment_refund import PaymentRefund, PaymentRefundStatus
from florin.gateways.payment_provider import (
    PaymentProvider,
    ProviderRefusedError,
    RefundFound,
    RefundWanted,
)
from florin.storage.payments.payment_refunds import DueRefund, find_payment_refund
from florin.storage.payments.payments import find_payment


async def send_refund(house: ClearingHouse, due: DueRefund, now: datetime) -> None:
    """Speak to the provider about one refund and act on its answer.

    Raises:
        ProviderUnavailableError: it does not answer, or is no longer in our settings; try again later.
        BusyError, OutcomeUnknownError: the same.
    """
    refund = await find_payment_refund(house.pool, due.id)
    payment = None if refund is None else await find_payment(house.pool, refund.payment_id)
    if refund is None or payment is None or refund.status is not PaymentRefundStatus.REQUESTED:
        return
    gateway = gateway_of(house, payment)
    try:
        found = await _sent(gateway, _wanted(payment, refund), was_sent=due.was_sent)
    except ProviderRefusedError as error:
        await hear_of_failure(house, payment.provider, refund, error.code, now)
        return
    await hear_of_refund(house, payment.provider, found, now)


async def _sent(gateway: PaymentProvider, wanted: RefundWanted, *, was_sent: bool) -> RefundFound:
    found = await gateway.find_refund(wanted) if was_sent else None
    return found or await gateway.refund(wanted)


def _wanted(payment: Payment, refund: PaymentRefund) -> RefundWanted:
    return RefundWanted(
        reference=refund.reference,
        payment_reference=payment.reference,
        payment_provider_reference=payment.provider_reference,
        amount_minor=refund.amount_minor,
        payment_amount_minor=payment.paid_minor or payment.amount_minor,
        unit=refund.unit,
        reason=refund.cause,
    )
