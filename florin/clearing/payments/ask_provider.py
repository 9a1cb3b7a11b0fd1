"""Ask a provider what has become of a payment, and close the payment when its time is over."""

from datetime import datetime

from florin.clearing.house import ClearingHouse
from florin.clearing.payments.background import gateway_of
from florin.clearing.payments.end_payment import end_payment
from florin.clearing.payments.hear_of_payment import hear_of_payment
from florin.domain.payment import Payment, PaymentOperation
from florin.gateways.payment_provider import (
    PaymentProvider,
    PaymentState,
    ProviderRefusedError,
)


async def ask_provider(house: ClearingHouse, payment: Payment, now: datetime, *, by_person: bool = False) -> None:
    """Act on the provider's answer; what nobody has paid in time is closed there first, and only then expires here.

    Raises:
        ProviderUnavailableError: it does not answer, or is no longer in our settings; ask again later.
        BusyError, OutcomeUnknownError: the same.
    """
    gateway = gateway_of(house, payment)
    found = await gateway.find(payment.reference, payment.provider_reference)
    if found is not None and found.state is not PaymentState.WAITING:
        await hear_of_payment(house, payment.provider, found, now, by_person=by_person)
    elif payment.is_open and payment.is_to_be_closed(now):
        await _close(house, gateway, payment, now)


async def _close(house: ClearingHouse, gateway: PaymentProvider, payment: Payment, now: datetime) -> None:
    try:
        # Also one that it does not know: an offer that is still on its way must not be paid when it arrives.
        await gateway.close(payment.reference, payment.provider_reference)
    except ProviderRefusedError:
        found = await gateway.find(payment.reference, payment.provider_reference)
        if found is not None:
            await hear_of_payment(house, payment.provider, found, now)
        return
    await house.engine.submit(end_payment(house, payment, PaymentOperation.EXPIRE))
