"""What a serving process does for corporate orders: making the cards of those that are paid for, voiding given-up ones.

What is to be done stands in the database, so nothing is lost when a process ends: the next one goes on where it was.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import structlog

from florin.batch.orders.generate_order import Maker, generate_order
from florin.clearing.house import ClearingHouse
from florin.domain.identifiers import wire_id
from florin.storage.corporate.generation import orders_to_be_made
from florin.storage.corporate.given_up_cards import lines_to_be_recalled, recall_line

_log: Final = structlog.get_logger("florin.batch")


async def make_ordered_cards(house: ClearingHouse, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
    """Make the cards of every order that is paid for, one order after another, the oldest first.

    An order that cannot be worked on is logged and holds up no other.
    """
    maker = Maker(house, clock=clock)
    for order_id in await orders_to_be_made(house.pool):
        try:
            await generate_order(maker, order_id)
        except Exception as error:  # noqa: BLE001 (a database that went away, most likely: the next try tells)
            _log.warning("order_not_made", order=wire_id("order", order_id), error=type(error).__name__)


async def recall_given_up_cards(
    house: ClearingHouse, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> None:
    """Void the cards of every line and order that was given up; without any failed line left, the order is ready."""
    maker = Maker(house, clock=clock)
    for given_up in await lines_to_be_recalled(house.pool):
        await recall_line(house.pool, given_up, maker.author, chunk=maker.chunk)
