"""Offer: have the provider open a place where a created payment can be paid."""

from datetime import datetime

import structlog

from florin.clearing.house import ClearingHouse
from florin.clearing.payments.background import gateway_of
from florin.clearing.payments.end_payment import end_payment
from florin.domain.declines import Decline
from florin.domain.payment import Payment, PaymentOperation, PaymentStatus
from florin.gateways.payment_provider import PaymentWanted, ProviderRefusedError, ProviderUnavailableError
from florin.storage.payments.payments import find_payment, record_offer

_log = structlog.get_logger("florin.payments")


async def offer_payment(house: ClearingHouse, payment: Payment, now: datetime) -> Payment | Decline:
    """The payment with its place to pay; as it is where it has been offered before, or its time is over.

    Declines: ``payment_refused`` when the provider will not have it; ``provider_unavailable`` when it does not answer:
    the payment waits, and the same again may succeed.
    """
    if payment.status is not PaymentStatus.CREATED or now >= payment.expires_at:
        return payment
    try:
        offer = await gateway_of(house, payment).create(_wanted(house, payment))
    except ProviderRefusedError as error:
        _log.warning("payment_refused", provider=payment.provider, payment_id=payment.reference, code=error.code)
        await house.engine.submit(end_payment(house, payment, PaymentOperation.FAIL))
        return Decline.PAYMENT_REFUSED
    except ProviderUnavailableError as error:
        _log.warning("provider_unavailable", provider=payment.provider, error=str(error))
        return Decline.PROVIDER_UNAVAILABLE
    offered = await record_offer(house.pool, payment.id, offer.pay_url, offer.provider_reference)
    return offered or await find_payment(house.pool, payment.id) or payment


def _wanted(house: ClearingHouse, payment: Payment) -> PaymentWanted:
    return PaymentWanted(
        reference=payment.reference,
        amount_minor=payment.amount_minor,
        unit=payment.unit,
        description=f"Florin {payment.reference[-12:]}",
        expires_at=payment.expires_at,
        callback_url=f"{house.public_url}/v1/payment-callbacks/{payment.provider}",
        return_url=payment.return_url,
    )
