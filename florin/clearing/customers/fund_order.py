"""Fund orders: reserve the whole price of an approved order on the customer's money, and never a part of it."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog

from florin.clearing.answers import amount, declined
from florin.clearing.customers.reservation import funding_account, reserve_for
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.card_in_order import order_event
from florin.domain.corporate_order import CorporateOrder
from florin.domain.declines import Decline
from florin.domain.funding_queue import next_to_fund
from florin.domain.identifiers import wire_id
from florin.domain.order_life import OrderOperation, OrderStatus, permit
from florin.storage.corporate.waiting_orders import waiting_orders
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest, Wanted

NOBODY: Final = UUID(int=0)
"""Who funds: nobody asks for it, because it follows from what was received and approved."""

_log: Final = structlog.get_logger("florin.customers")


@dataclass(frozen=True, slots=True)
class FundOrder:
    """Reserve what an order costs."""

    customer_id: UUID
    order_id: UUID


def fund_order(house: ClearingHouse, command: FundOrder) -> PostingRequest:
    """The request to be submitted; it has no key, because whoever repeats it finds the order funded.

    Declines: ``order_not_found``, ``customer_not_active``, ``order_not_in_state``, ``not_funded``.
    """

    def decide(group: Group) -> Outcome:
        order = _fundable(group, command)
        return declined(order) if isinstance(order, Decline) else _fund(group, order)

    wanted = Wanted(customer_id=command.customer_id, order_id=command.order_id)
    return house.request(Caller(command.customer_id, NOBODY), None, "fund_order", command, wanted, decide)


async def fund_waiting_orders(house: ClearingHouse, customer_id: UUID) -> int:
    """Fund a customer's approved orders in turn as far as its money goes, and return how many were funded.

    To be called whenever money or an order has come: after a receipt, an approval, a release. It is safe anywhere and
    any time and never fails its caller, whose own work is done: what is left is logged, and the next sweep goes on.
    """
    funded = 0
    try:
        while (chosen := next_to_fund(*await waiting_orders(house.pool, customer_id))) is not None:
            answer = await house.engine.submit(fund_order(house, FundOrder(customer_id, chosen.id)))
            if answer.decline is not None:
                # Somebody else has funded it since it was read, and goes on; or the money is gone.
                break
            funded += 1
    except Exception as error:  # noqa: BLE001 (a database that went away: the next sweep tells)
        _log.warning("orders_not_funded", customer=wire_id("customer", customer_id), error=type(error).__name__)
    return funded


def _fundable(group: Group, command: FundOrder) -> CorporateOrder | Decline:
    customer, order = group.customer(command.customer_id), group.orders.get(command.order_id)
    if customer is None or order is None or order.customer_id != customer.id:
        return Decline.ORDER_NOT_FOUND
    if not customer.is_active:
        return Decline.CUSTOMER_NOT_ACTIVE
    following = permit(OrderOperation.FUND, order.status)
    if isinstance(following, Decline):
        return following
    available_minor = funding_account(group, customer.id).available_minor
    return Decline.NOT_FUNDED if order.price_minor is None or order.price_minor > available_minor else order


def _fund(group: Group, order: CorporateOrder) -> Outcome:
    price_minor = order.price_minor or 0
    order.status = OrderStatus.FUNDED
    reserve_for(group, order, price_minor)
    told = {"price": amount(price_minor, group.programme(order.programme_id).unit)}
    group.record(NOBODY, "order.funded", order.id, told)
    answer = {**order_event(order), **told}
    group.emit("order.funded", order.id, answer)
    return Outcome(answer, subject_id=order.id)
