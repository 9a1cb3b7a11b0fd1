"""Cancelling: what was reserved is free again, once and exactly, and no card of the order is ever activated."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from florin.clearing.customers.fund_order import FundOrder, fund_order
from florin.clearing.orders.activate_ordered_card import ActivateOrderedCard, activate_ordered_card
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.domain.people import Role
from florin.storage.audit_trail import Author
from florin.storage.corporate.given_up_cards import lines_to_be_recalled, recall_line
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import Answer, Caller
from tests.clearing.every_proof import findings
from tests.clearing.orders.ordering import Ordering, made
from tests.corporate import HAS_CARDS, IS_FUNDED

EARLY = (OrderStatus.DRAFT, OrderStatus.SUBMITTED)
CANCELLABLE = tuple(set(OrderStatus) - {OrderStatus.GENERATING, OrderStatus.ACTIVATED, OrderStatus.CANCELLED})


@pytest.fixture
def rich(ordering: Ordering) -> Ordering:
    """A customer with money for two orders of three cards, whose orders need nobody's consent."""
    corporate = ordering.corporate
    return Ordering(ordering.house, corporate, corporate.customer(funding_minor=600_00, approval_limit_minor=300_00))


@pytest.mark.parametrize("status", sorted(CANCELLABLE))
async def test_a_cancelled_order_reserves_nothing(rich: Ordering, status: OrderStatus) -> None:
    world = rich.corporate.world
    order = rich.corporate.order(rich.customer, status)
    held_minor = 300_00 if status in IS_FUNDED else 0
    assert held_minor == world.balance(rich.customer).held_minor
    cancelled = made(await rich.cancel(order.id))
    assert (OrderStatus.CANCELLED, 0, 0) == (cancelled.status, cancelled.reserved_minor, cancelled.used_minor)
    assert 0 == world.balance(rich.customer).held_minor
    assert ["order.cancelled"] == rich.steps(order.id)
    assert ["order.cancelled"] == world.events(order.id)
    async with rich.house.pool.connection() as connection:
        assert [] == await findings(connection)


@pytest.mark.parametrize("status", sorted(set(OrderStatus) - set(CANCELLABLE)))
async def test_what_is_being_made_or_is_over_is_not_cancelled(rich: Ordering, status: OrderStatus) -> None:
    order = rich.corporate.order(rich.customer, status)
    before = rich.corporate.world.everything_that_counts()
    assert Decline.ORDER_NOT_IN_STATE == await rich.cancel(order.id)
    assert before == rich.corporate.world.everything_that_counts()


@pytest.mark.parametrize("status", sorted(CANCELLABLE))
async def test_a_buyer_cancels_until_the_order_is_approved(rich: Ordering, status: OrderStatus) -> None:
    order = rich.corporate.order(rich.customer, status)
    expected = OrderStatus.CANCELLED if status in EARLY else Decline.ROLE_REQUIRED
    result = await rich.cancel(order.id, by=rich.buyer)
    assert expected == (result if isinstance(result, Decline) else result.status)


@pytest.mark.parametrize("status", sorted(set(OrderStatus) - set(CANCELLABLE)))
async def test_a_buyer_is_sent_to_nobody_else_for_what_nobody_cancels(rich: Ordering, status: OrderStatus) -> None:
    order = rich.corporate.order(rich.customer, status)
    assert Decline.ORDER_NOT_IN_STATE == await rich.cancel(order.id, by=rich.buyer)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.BUYER, Role.OPERATOR, Role.MANAGER}))
async def test_nobody_else_cancels(rich: Ordering, role: Role) -> None:
    order = rich.corporate.order(rich.customer, OrderStatus.DRAFT)
    customer = rich.customer if role is Role.APPROVER else None
    assert Decline.ROLE_REQUIRED == await rich.cancel(order.id, by=rich.corporate.person(role, customer=customer))


async def test_a_strangers_order_is_not_there(rich: Ordering) -> None:
    order = rich.corporate.order(rich.customer, OrderStatus.DRAFT)
    stranger = rich.corporate.person(Role.BUYER, customer=rich.corporate.customer())
    assert Decline.ORDER_NOT_FOUND == await rich.cancel(order.id, by=stranger)
    assert Decline.ORDER_NOT_FOUND == await rich.cancel(fresh_id())


async def test_cancelling_twice_frees_the_money_once(rich: Ordering) -> None:
    first, second = (rich.corporate.order(rich.customer, OrderStatus.FUNDED) for _ in range(2))
    results = await asyncio.gather(*(rich.cancel(first.id) for _ in range(4)))
    assert [Decline.ORDER_NOT_IN_STATE] * 3 == [each for each in results if isinstance(each, Decline)]
    assert 300_00 == rich.corporate.world.balance(rich.customer).held_minor
    assert 300_00 == (await rich.read(second.id)).reserved_minor


async def test_freed_money_funds_what_waits_for_it(rich: Ordering) -> None:
    first = rich.corporate.order(rich.customer, OrderStatus.FUNDED)
    rich.corporate.order(rich.customer, OrderStatus.FUNDED)
    waiting = made(await rich.approve((await rich.submitted()).id))
    assert OrderStatus.APPROVED is waiting.status
    made(await rich.cancel(first.id))
    assert OrderStatus.FUNDED is (await rich.read(waiting.id)).status


# Cards ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [each for each in HAS_CARDS if each is not OrderStatus.ACTIVATED])
async def test_the_cards_of_a_cancelled_order_are_void(rich: Ordering, status: OrderStatus) -> None:
    world = rich.corporate.world
    order = rich.corporate.order(rich.customer, status, (("bearer_gift", 100_00, 2), ("recharge", 100_00, 1)))
    made(await rich.cancel(order.id))
    for line in await lines_to_be_recalled(rich.house.pool):
        await recall_line(rich.house.pool, line, Author(None, rich.now), chunk=1)
    cards = [card.id for of_line in order.cards for card in of_line]
    assert [("voided",)] * 3 == world.rows("SELECT status FROM card WHERE id = ANY(%s)", cards)
    async with rich.house.pool.connection() as connection:
        assert [] == await findings(connection)


async def test_an_order_of_which_a_card_is_in_use_is_not_cancelled(rich: Ordering) -> None:
    order = rich.corporate.order(rich.customer, OrderStatus.DELIVERED)
    assert (await activated(rich, order.id, order.cards[0][0].id)).decline is None
    assert Decline.CARDS_ACTIVATED == await rich.cancel(order.id)
    assert OrderStatus.DELIVERED is (await rich.read(order.id)).status
    assert 200_00 == rich.corporate.world.balance(rich.customer).held_minor


async def test_no_card_of_a_cancelled_order_is_activated(rich: Ordering) -> None:
    order = rich.corporate.order(rich.customer, OrderStatus.DELIVERED)
    made(await rich.cancel(order.id))
    assert Decline.ORDER_NOT_IN_STATE == (await activated(rich, order.id, order.cards[0][0].id)).decline


# At once --------------------------------------------------------------------------------------------------------------


async def test_cancelling_and_activating_at_once_leave_one_of_both(rich: Ordering) -> None:
    for _ in range(2):
        order = rich.corporate.order(rich.customer, OrderStatus.DELIVERED)
        cancelled, activation = await both(rich.cancel(order.id), activated(rich, order.id, order.cards[0][0].id))
        found = await rich.read(order.id)
        if found.status is OrderStatus.CANCELLED:
            assert (Decline.ORDER_NOT_IN_STATE, 0, 0) == (activation.decline, found.reserved_minor, found.used_minor)
        else:
            assert (Decline.CARDS_ACTIVATED, 200_00, 100_00) == (cancelled, found.reserved_minor, found.used_minor)
    async with rich.house.pool.connection() as connection:
        assert [] == await findings(connection)


async def test_cancelling_and_funding_at_once_leave_nothing_reserved(rich: Ordering) -> None:
    for _ in range(6):
        order = rich.corporate.order(rich.customer, OrderStatus.APPROVED)
        funding = rich.house.engine.submit(fund_order(rich.house, FundOrder(rich.customer, order.id)))
        await both(rich.cancel(order.id), funding)
        found = await rich.read(order.id)
        assert (OrderStatus.CANCELLED, 0) == (found.status, found.reserved_minor)
        assert 0 == rich.corporate.world.balance(rich.customer).held_minor


async def test_a_buyer_who_cancels_while_it_is_approved_cancels_it_before_or_not_at_all(ordering: Ordering) -> None:
    for _ in range(4):
        order = await ordering.submitted()
        cancelled, approved = await both(ordering.cancel(order.id, by=ordering.buyer), ordering.approve(order.id))
        status = (await ordering.read(order.id)).status
        if status is OrderStatus.CANCELLED:
            assert Decline.ORDER_NOT_IN_STATE == approved
        else:
            assert (OrderStatus.APPROVED, Decline.ROLE_REQUIRED) == (status, cancelled)


async def activated(ordering: Ordering, order_id: Any, card_id: Any) -> Answer:  # noqa: ANN401 (ids)
    """The answer to an activation of a card."""
    caller = Caller(order_id, ordering.buyer.session_id)
    command = ActivateOrderedCard(ordering.customer, order_id, card_id)
    return await ordering.house.engine.submit(
        activate_ordered_card(ordering.house, caller, f"activate-{card_id.hex}", command)
    )


async def both(one: Coroutine[Any, Any, Any], other: Coroutine[Any, Any, Any]) -> tuple[Any, Any]:
    """What both lead to when they run at the same time."""
    return await asyncio.gather(one, other)
