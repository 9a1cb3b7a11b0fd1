"""Approved orders are funded whole, in turn, as far as money goes."""

import pytest

from florin.batch.orders.fund_orders import fund_every_order
from florin.clearing.customers.fund_order import FundOrder, fund_order, fund_waiting_orders
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.storage.fresh_ids import fresh_id
from tests.clearing.customers.cashier import Cashier

PRICE_MINOR = 300_00


async def test_a_receipt_funds_the_order_that_waits_for_it(cashier: Cashier) -> None:
    order = cashier.approved_order()
    await cashier.receive(PRICE_MINOR)
    assert ("funded", PRICE_MINOR) == (cashier.status(order.id), cashier.corporate.reserved_minor(order.id))
    assert (PRICE_MINOR, PRICE_MINOR) == cashier.money
    assert ["order.funded"] == cashier.world.events(order.id)
    assert ["order.funded"] == cashier.actions(order.id)


async def test_no_part_of_an_order_is_funded(cashier: Cashier) -> None:
    order = cashier.approved_order()
    await cashier.receive(PRICE_MINOR - 1)
    assert ("approved", 0) == (cashier.status(order.id), cashier.corporate.reserved_minor(order.id))
    assert (PRICE_MINOR - 1, 0) == cashier.money
    await cashier.receive(1)
    assert "funded" == cashier.status(order.id)


async def test_what_is_left_over_funds_the_next(cashier: Cashier) -> None:
    orders = [cashier.approved_order(1), cashier.approved_order(2), cashier.approved_order(3)]
    await cashier.receive(500_00)
    assert ["funded", "funded", "approved"] == [cashier.status(each.id) for each in orders]
    assert (500_00, 300_00) == cashier.money


async def test_the_order_that_a_receipt_names_comes_first(cashier: Cashier) -> None:
    older, named = cashier.approved_order(), cashier.approved_order()
    typed = cashier.reference_of(named.id)
    await cashier.receive(PRICE_MINOR, payment_reference=typed)
    assert ["approved", "funded"] == [cashier.status(older.id), cashier.status(named.id)]


async def test_money_that_came_for_a_named_order_in_parts_funds_no_other(cashier: Cashier) -> None:
    named, other = cashier.approved_order(), cashier.approved_order(1)
    await cashier.receive(100_00, payment_reference=cashier.reference_of(named.id))
    assert ["approved", "approved"] == [cashier.status(named.id), cashier.status(other.id)]
    await cashier.receive(200_00, payment_reference=cashier.reference_of(named.id))
    assert ["funded", "approved"] == [cashier.status(named.id), cashier.status(other.id)]


async def test_a_sweep_funds_what_a_killed_process_left(cashier: Cashier) -> None:
    cashier.customer = cashier.corporate.customer(funding_minor=PRICE_MINOR)
    order = cashier.approved_order()
    await fund_every_order(cashier.house)
    assert "funded" == cashier.status(order.id)
    assert 0 == await fund_waiting_orders(cashier.house, cashier.customer)
    assert (PRICE_MINOR, PRICE_MINOR) == cashier.money


@pytest.mark.parametrize("status", [each for each in OrderStatus if each is not OrderStatus.APPROVED])
async def test_only_an_approved_order_is_funded(cashier: Cashier, status: OrderStatus) -> None:
    cashier.customer = cashier.corporate.customer(funding_minor=2 * PRICE_MINOR)
    order = cashier.corporate.order(cashier.customer, status)
    before = cashier.money
    answer = await cashier.house.engine.submit(fund_order(cashier.house, FundOrder(cashier.customer, order.id)))
    assert Decline.ORDER_NOT_IN_STATE is answer.decline
    assert (before, status) == (cashier.money, cashier.status(order.id))


async def test_another_customers_money_funds_nothing(cashier: Cashier) -> None:
    order = cashier.approved_order()
    rich = cashier.corporate.customer(funding_minor=PRICE_MINOR)
    for customer in (rich, fresh_id()):
        answer = await cashier.house.engine.submit(fund_order(cashier.house, FundOrder(customer, order.id)))
        assert Decline.ORDER_NOT_FOUND is answer.decline
    assert "approved" == cashier.status(order.id)


async def test_a_suspended_customers_orders_are_not_funded(cashier: Cashier) -> None:
    cashier.customer = cashier.corporate.customer(funding_minor=PRICE_MINOR, status="suspended")
    order = cashier.approved_order()
    answer = await cashier.house.engine.submit(fund_order(cashier.house, FundOrder(cashier.customer, order.id)))
    assert Decline.CUSTOMER_NOT_ACTIVE is answer.decline
    assert 0 == await fund_waiting_orders(cashier.house, cashier.customer)
    assert (PRICE_MINOR, 0) == cashier.money


async def test_what_is_reserved_cannot_be_reserved_again(cashier: Cashier) -> None:
    first, second = cashier.approved_order(), cashier.approved_order()
    await cashier.receive(PRICE_MINOR)
    answer = await cashier.house.engine.submit(fund_order(cashier.house, FundOrder(cashier.customer, second.id)))
    assert Decline.NOT_FUNDED is answer.decline
    assert ["funded", "approved"] == [cashier.status(first.id), cashier.status(second.id)]
