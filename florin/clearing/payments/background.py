"""What becomes of a payment when nobody asks: who asks then, what is locked, and which provider is spoken to.

Who asks is the payment itself. No client is a payment, so no idempotency key of a client's can stand where a key of
ours will.
"""

from florin.clearing.house import ClearingHouse
from florin.domain.payment import Payment
from florin.gateways.payment_provider import PaymentProvider, ProviderUnavailableError
from florin.storage.posting.request import Caller, Wanted


def payment_as_caller(payment: Payment) -> Caller:
    """The payment as the caller of what its provider's word brings about."""
    return Caller(payment.id, payment.provider_id)


def gateway_of(house: ClearingHouse, payment: Payment) -> PaymentProvider:
    """The provider of a payment; `ProviderUnavailableError` where it is no longer in our settings."""
    account = house.providers.get(payment.provider)
    if account is None:
        raise ProviderUnavailableError(f"there is no provider {payment.provider}")
    return account.provider


def wanted_payment(payment: Payment) -> Wanted:
    """What to lock for a decision on a payment: its member's wallet, the hold that it completes, itself."""
    return Wanted(member_id=payment.member_id, payment_id=payment.id, hold_id=payment.hold_id)
