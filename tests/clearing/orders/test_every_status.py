"""Every status against every operation on an order as a whole, through the verbs: what the table of its life says."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from florin.clearing.customers.fund_order import FundOrder, fund_order
from florin.domain.declines import Decline
from florin.domain.order_life import OrderOperation, OrderStatus, permit
from florin.storage.corporate.orders import OrderView
from tests.clearing.orders.ordering import THREE_CARDS, Ordering

Verb = Callable[[Ordering, UUID], Awaitable[OrderView | Decline]]


async def fund(ordering: Ordering, order_id: UUID) -> OrderView | Decline:
    answer = await ordering.house.engine.submit(fund_order(ordering.house, FundOrder(ordering.customer, order_id)))
    return await ordering.read(order_id) if answer.decline is None else answer.decline


VERBS: dict[OrderOperation, Verb] = {
    OrderOperation.CHANGE: lambda ordering, order_id: ordering.change(order_id, THREE_CARDS),
    OrderOperation.SUBMIT: lambda ordering, order_id: ordering.submit(order_id),
    OrderOperation.RETURN: lambda ordering, order_id: ordering.give_back(order_id),
    OrderOperation.APPROVE: lambda ordering, order_id: ordering.approve(order_id),
    OrderOperation.FUND: fund,
    OrderOperation.CANCEL: lambda ordering, order_id: ordering.cancel(order_id),
}


@pytest.fixture
def rich(ordering: Ordering) -> Ordering:
    """A customer with money for one order, and whose orders need nobody's consent."""
    corporate = ordering.corporate
    return Ordering(ordering.house, corporate, corporate.customer(funding_minor=300_00, approval_limit_minor=300_00))


@pytest.mark.parametrize("status", OrderStatus)
@pytest.mark.parametrize("operation", VERBS)
async def test_a_verb_leads_where_the_table_says_and_a_refused_one_changes_nothing(
    rich: Ordering, operation: OrderOperation, status: OrderStatus
) -> None:
    order_id = await order_that_is(rich, status)
    order, before = await rich.read(order_id), rich.corporate.world.everything_that_counts()
    result = await VERBS[operation](rich, order_id)
    expected = permit(operation, status)
    if isinstance(expected, Decline):
        assert expected == result
        assert before == rich.corporate.world.everything_that_counts()
        assert order == await rich.read(order_id)
    else:
        # There is money, so an order that is approved is funded in the same breath.
        assert not isinstance(result, Decline), result
        assert (OrderStatus.FUNDED if operation is OrderOperation.APPROVE else expected) is result.status


async def order_that_is(ordering: Ordering, status: OrderStatus) -> UUID:
    """An order in that status. What is to be approved must have been submitted, or its hash would not be right."""
    if status is OrderStatus.SUBMITTED:
        return (await ordering.submitted()).id
    return ordering.corporate.order(ordering.customer, status).id
