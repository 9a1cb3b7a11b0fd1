"""Following payments: providers are asked about what nobody has heard of, and what nobody pays in time is closed.

A split purchase whose money has come in is completed, should its process have been killed before that.

Each payment is claimed for one question at a time, so any number of processes may do this at once; whoever is killed
over one leaves it to the next question.
"""

import asyncio
from datetime import datetime
from typing import Final

import structlog

from florin.clearing.house import ClearingHouse
from florin.clearing.payments.ask_provider import ask_provider
from florin.clearing.payments.complete_split import complete_split
from florin.domain.payment import Payment, PaymentStatus
from florin.storage.payments.payments import claim_due_payments

AT_ONCE: Final = 20
"""Questions that wait for providers at the same time."""

_log: Final = structlog.get_logger("florin.batch")


async def follow_payments(house: ClearingHouse, now: datetime, *, at_once: int = AT_ONCE) -> int:
    """Take the next step with every payment whose time it is at ``now``, and return how many there were.

    One that fails is logged, waits for its next time and holds up no other.
    """
    followed = 0
    while due := await claim_due_payments(house.pool, now, at_once):
        await asyncio.gather(*(_follow(house, payment, now) for payment in due))
        followed += len(due)
    return followed


async def _follow(house: ClearingHouse, payment: Payment, now: datetime) -> None:
    try:
        if payment.status is PaymentStatus.CREDITED:
            await house.engine.submit(complete_split(house, payment))
        else:
            await ask_provider(house, payment, now)
    except Exception as error:  # noqa: BLE001 (a provider or database that is away, most likely: the next time tells)
        _log.warning("payment_not_followed", payment_id=payment.reference, error=type(error).__name__)
