"""Read what has become of an order's cards, and list them, for the company that has bought them and for us."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import allowed_order
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.domain.order_statement import OrderStatement, draw_up
from florin.domain.people import Actor
from florin.storage.corporate.order_statement import ListedCard, count_order, list_cards
from florin.storage.corporate.orders import OrderView, find_order

SHOWS_CARDS: Final = frozenset({OrderStatus.READY, OrderStatus.DELIVERED, OrderStatus.ACTIVATED, OrderStatus.CANCELLED})
"""The statuses in which an order's cards are visible; before, none are, so that nobody counts on a part of them."""


async def read_statement(
    house: ClearingHouse, actor: Actor, order_id: UUID, now: datetime
) -> tuple[OrderView, OrderStatement] | Decline:
    """The order and its statement as of now; everybody who may see the order is told the same.

    Declines: ``order_not_found``, ``role_required``, ``order_not_in_state``.
    """
    order = await _visible_order(house, actor, order_id)
    if isinstance(order, Decline):
        return order
    programme = (await house.engine.current_catalogue()).programmes[order.programme_id]
    today = programme.business_date(now)
    counted = await count_order(house.pool, order.id, today)
    statement = draw_up(
        today,
        programme.unit,
        counted.lines,
        is_named=counted.is_named,
        paid_minor=counted.paid_minor,
        outstanding_minor=counted.outstanding_minor,
    )
    return order, statement


async def read_order_cards(
    house: ClearingHouse, actor: Actor, order_id: UUID, limit: int, after: tuple[int, int] = (0, 0)
) -> Sequence[ListedCard] | Decline:
    """The next cards of an order after a line and serial number, without secrets or balances.

    Declines: as `read_statement`.
    """
    order = await _visible_order(house, actor, order_id)
    return order if isinstance(order, Decline) else await list_cards(house.pool, order.id, limit, after)


async def _visible_order(house: ClearingHouse, actor: Actor, order_id: UUID) -> OrderView | Decline:
    order = allowed_order(await find_order(house.pool, order_id), actor)
    if isinstance(order, Decline):
        return order
    return order if order.status in SHOWS_CARDS else Decline.ORDER_NOT_IN_STATE
