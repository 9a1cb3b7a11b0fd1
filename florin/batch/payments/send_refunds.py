"""Sending refunds of payments: providers are asked to pay back, and then how far that has come, until they say."""

import asyncio
from datetime import datetime
from typing import Final

import structlog

from florin.clearing.house import ClearingHouse
from florin.clearing.payments.send_refund import send_refund
from florin.storage.payments.payment_refunds import DueRefund, claim_due_refunds

AT_ONCE: Final = 20

_log: Final = structlog.get_logger("florin.batch")


async def send_refunds(house: ClearingHouse, now: datetime, *, at_once: int = AT_ONCE) -> int:
    """Speak to providers about every refund whose time it is at ``now``, and return how many there were.

    One that fails is logged, waits for its next time and holds up no other; any number of processes may do this.
    """
    sent = 0
    while due := await claim_due_refunds(house.pool, now, at_once):
        await asyncio.gather(*(_send(house, refund, now) for refund in due))
        sent += len(due)
    return sent


async def _send(house: ClearingHouse, refund: DueRefund, now: datetime) -> None:
    try:
        await send_refund(house, refund, now)
    except Exception as error:  # noqa: BLE001 (a provider or database that is away, most likely: the next time tells)
        _log.warning("refund_not_sent", payment_refund_id=refund.id.hex, error=type(error).__name__)
