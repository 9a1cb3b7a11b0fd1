"""After an approval or a release: fund the customer's orders that wait for money, if that can be done now."""

from typing import Final
from uuid import UUID

import structlog

from florin.clearing.customers.fund_order import fund_waiting_orders
from florin.clearing.house import ClearingHouse
from florin.domain.identifiers import wire_id
from florin.storage.posting.request import BusyError, OutcomeUnknownError

_log: Final = structlog.get_logger("florin.orders")


async def fund_what_waits(house: ClearingHouse, customer_id: UUID) -> None:
    """Fund what can be funded now; what came before is done, and a busy service leaves the rest to its duty."""
    try:
        await fund_waiting_orders(house, customer_id)
    except (BusyError, OutcomeUnknownError) as error:
        _log.warning("orders_not_funded", customer=wire_id("customer", customer_id), error=type(error).__name__)
