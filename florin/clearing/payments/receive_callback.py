"""Receive a callback: what a provider tells of its own accord, believed once its signature, age and key are right."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec
import structlog

from florin.clearing.house import ClearingHouse
from florin.clearing.payments.hear_of_payment import hear_of_payment
from florin.clearing.payments.hear_of_refund import hear_of_refund
from florin.gateways.payment_provider import Callback, CallbackRefusedError, PaymentFound
from florin.storage.payments.payment_callbacks import keep_callback

_log = structlog.get_logger("florin.payments")


async def receive_callback(
    house: ClearingHouse, provider: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> bool:
    """Keep and act on a callback; False for one not to be believed, of which nothing is kept and nothing asked.

    A repetition is acted on again, because whoever took the first one may have been killed over it. ``headers`` have
    lower-case names.

    Raises:
        BusyError, OutcomeUnknownError: the provider must say it again.
    """
    account = house.providers.get(provider)
    if account is None:
        return False
    try:
        callback = account.provider.read_callback(headers, body, now)
    except CallbackRefusedError as error:
        _log.warning("callback_refused", provider=provider, reason=error.reason)
        return False
    await _keep(house, provider, callback, headers, body, now)
    if isinstance(callback.found, PaymentFound):
        await hear_of_payment(house, provider, callback.found, now)
    else:
        await hear_of_refund(house, provider, callback.found, now)
    return True


async def _keep(
    house: ClearingHouse, provider: str, callback: Callback, headers: Mapping[str, str], body: bytes, now: datetime
) -> None:
    raw = msgspec.json.encode({"headers": dict(headers), "body": body})
    sealed = house.vault.payment_callbacks.seal(raw, f"{provider}:{callback.event_id}".encode())
    payment_id = _named_payment(callback)
    await keep_callback(house.pool, provider, callback.event_id, payment_id, sealed, callback.occurred_at, now)


def _named_payment(callback: Callback) -> UUID | None:
    """The payment of which a callback tells, if what it says can be an id of ours."""
    found = callback.found
    try:
        return UUID(hex=found.reference if isinstance(found, PaymentFound) else found.payment_reference)
    except ValueError:
        return None
