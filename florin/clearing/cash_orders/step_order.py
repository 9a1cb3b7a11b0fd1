"""What becomes of an order on delivery at its merchant's: delivered and paid at the door, or not delivered at all."""

from dataclasses import replace
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.domain.cash_order import CashOrder, CashOrderOperation, permit_cash_order, review_until
from florin.domain.declines import Decline
from florin.storage.audit_trail import Author
from florin.storage.cash_orders import cash_order_change


async def deliver_cash_order(
    house: ClearingHouse, merchant_id: UUID, order_id: UUID, author: Author
) -> CashOrder | Decline:
    """The order is delivered and paid: from now on its member may review it, for the hours of the programme's terms.

    Declines: ``cash_order_not_found``, ``cash_order_not_in_state``.
    """
    programmes = (await house.engine.current_catalogue()).programmes
    async with cash_order_change(house.pool, order_id, author) as change:
        order = None if change.kept is None else change.kept.order
        if order is None or order.merchant_id != merchant_id:
            return Decline.CASH_ORDER_NOT_FOUND
        following = permit_cash_order(CashOrderOperation.DELIVER, order.status, order.review_until, author.now)
        if isinstance(following, Decline):
            return following
        until = review_until(author.now, programmes[order.programme_id].review_hours)
        delivered = replace(order, status=following, delivered_at=author.now, review_until=until)
        await change.save(delivered)
        return delivered


async def cancel_cash_order(
    house: ClearingHouse, merchant_id: UUID, order_id: UUID, author: Author
) -> CashOrder | Decline:
    """Nothing is delivered. Declines: ``cash_order_not_found``, ``cash_order_not_in_state``."""
    async with cash_order_change(house.pool, order_id, author) as change:
        order = None if change.kept is None else change.kept.order
        if order is None or order.merchant_id != merchant_id:
            return Decline.CASH_ORDER_NOT_FOUND
        following = permit_cash_order(CashOrderOperation.CANCEL, order.status, order.review_until, author.now)
        if isinstance(following, Decline):
            return following
        cancelled = replace(order, status=following, cancelled_at=author.now)
        await change.save(cancelled)
        return cancelled
