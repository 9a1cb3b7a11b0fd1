import pytest

from florin.batch.orders.generate_order import Maker, generate_order
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.retry_line import RetryLine, retry_line
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.domain.order_line import LineStatus
from florin.domain.order_progress import OrderProgress
from florin.domain.people import Role
from florin.storage.fresh_ids import fresh_id
from tests.batch.orders.failed_orders import HALF, QUANTITY, altered, half_made, in_status
from tests.batch.orders.paid_orders import lines_of, made, status_of, whole
from tests.corporate import Corporate
from tests.world import NOON, World

CARDS_OF_LINE = """
SELECT c.id, c.number_index FROM order_line l JOIN card c ON c.issue_id = l.issue_id
WHERE l.order_id = %s AND l.line = %s ORDER BY c.serial
"""


@pytest.fixture
def maker(house: ClearingHouse, world: World) -> Maker:
    return Maker(house, chunk=10, clock=world.clock)


async def test_a_failed_line_is_made_alone_and_goes_on_where_it_was(
    corporate: Corporate, world: World, maker: Maker
) -> None:
    order = await half_made(maker, corporate)
    made_before, others = world.rows(CARDS_OF_LINE, order.id, 1), world.rows(CARDS_OF_LINE, order.id, 2)

    progress = await retry_line(maker.house, corporate.operator, RetryLine(order.id, 1), NOON)

    assert isinstance(progress, OrderProgress)
    assert OrderStatus.GENERATING is progress.status
    assert [LineStatus.WAITING, LineStatus.READY] == [each.status for each in progress.lines]
    await generate_order(maker, order.id)
    assert [("ready", None), ("ready", None)] == lines_of(world, order.id)
    assert whole(QUANTITY) == made(world, order.id, 1)
    assert made_before == world.rows(CARDS_OF_LINE, order.id, 1)[:HALF]
    assert others == world.rows(CARDS_OF_LINE, order.id, 2)
    assert ["order.partially_failed", "order.ready"] == world.events(order.id)


async def test_another_failed_line_stays_as_it_is(corporate: Corporate, world: World, maker: Maker) -> None:
    order = await half_made(maker, corporate, failed=2)

    await retry_line(maker.house, corporate.operator, RetryLine(order.id, 2), NOON)
    await generate_order(maker, order.id)

    assert [("failed", "unexpected"), ("ready", None), ("ready", None)] == lines_of(world, order.id)
    assert "partially_failed" == status_of(world, order.id)


async def test_only_operator_and_manager_retry_lines(corporate: Corporate, maker: Maker) -> None:
    order = await half_made(maker, corporate)
    buyer = corporate.person(Role.BUYER, customer=order.customer_id)

    assert Decline.ROLE_REQUIRED == await retry_line(maker.house, buyer, RetryLine(order.id, 1), NOON)


async def test_only_a_line_that_has_failed_is_tried_again(corporate: Corporate, world: World, maker: Maker) -> None:
    order, manager = await half_made(maker, corporate), corporate.manager

    assert Decline.LINE_NOT_FAILED == await retry_line(maker.house, manager, RetryLine(order.id, 2), NOON)
    assert Decline.LINE_NOT_FOUND == await retry_line(maker.house, manager, RetryLine(order.id, 3), NOON)
    assert Decline.ORDER_NOT_FOUND == await retry_line(maker.house, manager, RetryLine(fresh_id(), 1), NOON)
    for status in sorted(set(OrderStatus) - {OrderStatus.PARTIALLY_FAILED}):
        with in_status(world, order.id, status):
            refused = await retry_line(maker.house, manager, RetryLine(order.id, 1), NOON)
        assert (status, Decline.ORDER_NOT_IN_STATE) == (status, refused)


async def test_no_line_of_an_altered_order_is_tried_again(corporate: Corporate, world: World, maker: Maker) -> None:
    order = await half_made(maker, corporate)

    with altered(world, order.id):
        refused = await retry_line(maker.house, corporate.manager, RetryLine(order.id, 1), NOON)

    assert Decline.ORDER_ALTERED == refused
