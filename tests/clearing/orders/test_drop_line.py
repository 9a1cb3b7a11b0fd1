import asyncio

import pytest

from florin.batch.orders.generate_order import Maker
from florin.batch.orders.waiting_orders import recall_given_up_cards
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.cancel_order import CancelOrder, cancel_order
from florin.clearing.orders.drop_line import DropLine, drop_line
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.domain.order_line import LineStatus
from florin.domain.order_progress import OrderProgress
from florin.domain.people import Role
from florin.storage.fresh_ids import fresh_id
from tests.batch.orders.failed_orders import (
    HALF,
    OTHER_PRICE_MINOR,
    PRINCIPAL_MINOR,
    QUANTITY,
    altered,
    half_made,
    in_status,
)
from tests.batch.orders.paid_orders import lines_of, status_of
from tests.clearing.every_proof import findings
from tests.corporate import Corporate
from tests.world import NOON, World

SHARE_MINOR = QUANTITY * PRINCIPAL_MINOR
FUNDING = "SELECT balance_minor, held_minor FROM strict_account WHERE owner_id = %s AND code = 2030"
MONEY = "SELECT price_minor, reserved_minor, used_minor FROM corporate_order WHERE id = %s"
HASH = "SELECT submission_hash FROM corporate_order WHERE id = %s"
CARDS = """
SELECT l.line, c.status, count(*) FROM order_line l JOIN card c ON c.issue_id = l.issue_id
WHERE l.order_id = %s GROUP BY 1, 2 ORDER BY 1, 2
"""
ISSUES = """
SELECT i.status, i.generated FROM order_line l JOIN card_issue i ON i.id = l.issue_id
WHERE l.order_id = %s ORDER BY l.line
"""
DROPS = "SELECT actor_id, detail FROM audit WHERE subject_id = %s AND action = 'order.line_dropped'"


@pytest.fixture
def maker(house: ClearingHouse, world: World) -> Maker:
    return Maker(house, chunk=10, clock=world.clock)


async def test_its_share_of_the_money_is_free_again_and_price_and_hash_stay_as_approved(
    corporate: Corporate, world: World, maker: Maker
) -> None:
    order = await half_made(maker, corporate)
    before = world.one(HASH, order.id)

    progress = await drop_line(maker.house, corporate.operator, DropLine(order.id, 1), NOON)

    assert isinstance(progress, OrderProgress)
    assert [LineStatus.DROPPING, LineStatus.READY] == [each.status for each in progress.lines]
    assert (order.price_minor, OTHER_PRICE_MINOR, 0) == world.one(MONEY, order.id)
    (_, held_minor) = world.one(FUNDING, order.customer_id)
    assert OTHER_PRICE_MINOR == held_minor
    assert before == world.one(HASH, order.id)
    async with maker.house.pool.connection() as connection:
        assert [] == await findings(connection)


async def test_the_order_is_ready_once_the_cards_of_the_line_are_void(
    corporate: Corporate, world: World, maker: Maker
) -> None:
    order = await half_made(maker, corporate)
    await drop_line(maker.house, corporate.manager, DropLine(order.id, 1), NOON)
    assert "partially_failed" == status_of(world, order.id)

    await recall_given_up_cards(maker.house)

    assert [("dropped", None), ("ready", None)] == lines_of(world, order.id)
    assert [(1, "voided", HALF), (2, "sold", 4)] == world.rows(CARDS, order.id)
    assert [("recalled", HALF), ("ready", 4)] == world.rows(ISSUES, order.id)
    assert ["order.partially_failed", "order.line_dropped", "order.ready"] == world.events(order.id)


async def test_a_line_is_dropped_once_however_often_and_by_whomever_at_once(
    corporate: Corporate, world: World, maker: Maker
) -> None:
    order = await half_made(maker, corporate)
    command = DropLine(order.id, 1)

    await asyncio.gather(
        *(drop_line(maker.house, who, command, NOON) for who in (corporate.operator, corporate.manager))
    )
    await recall_given_up_cards(maker.house)
    again = await drop_line(maker.house, corporate.operator, command, NOON)

    assert isinstance(again, OrderProgress)
    assert OTHER_PRICE_MINOR == corporate.reserved_minor(order.id)
    assert 1 == len(world.rows(DROPS, order.id))


async def test_who_dropped_it_and_what_that_freed_is_on_record(
    corporate: Corporate, world: World, maker: Maker
) -> None:
    order = await half_made(maker, corporate)
    await drop_line(maker.house, corporate.operator, DropLine(order.id, 1), NOON)

    released = {"amount": SHARE_MINOR, "currency": "CNY"}
    assert [(corporate.operator.session_id, {"line": 1, "released": released})] == world.rows(DROPS, order.id)


async def test_of_two_failed_lines_one_stays(corporate: Corporate, world: World, maker: Maker) -> None:
    order = await half_made(maker, corporate, failed=2)

    await drop_line(maker.house, corporate.operator, DropLine(order.id, 2), NOON)
    await recall_given_up_cards(maker.house)

    assert [("failed", "unexpected"), ("dropped", None), ("ready", None)] == lines_of(world, order.id)
    assert "partially_failed" == status_of(world, order.id)
    assert [(1, "sold", HALF), (2, "voided", HALF), (3, "sold", 4)] == world.rows(CARDS, order.id)


async def test_the_last_line_is_not_dropped_but_the_order_cancelled(
    corporate: Corporate, world: World, maker: Maker
) -> None:
    order = await half_made(maker, corporate)
    world.connection.execute(
        "UPDATE order_line SET status = 'failed', failure = 'unexpected' WHERE order_id = %s", (order.id,)
    )
    await drop_line(maker.house, corporate.operator, DropLine(order.id, 2), NOON)

    assert Decline.LAST_LINE == await drop_line(maker.house, corporate.operator, DropLine(order.id, 1), NOON)
    assert SHARE_MINOR == corporate.reserved_minor(order.id)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OPERATOR, Role.MANAGER}))
async def test_only_operator_and_manager_drop_lines(corporate: Corporate, maker: Maker, role: Role) -> None:
    order = await half_made(maker, corporate)
    customer = order.customer_id if role in {Role.BUYER, Role.APPROVER} else None
    actor = corporate.person(role, customer=customer)

    assert Decline.ROLE_REQUIRED == await drop_line(maker.house, actor, DropLine(order.id, 1), NOON)


async def test_a_strangers_order_does_not_exist(corporate: Corporate, maker: Maker) -> None:
    order = await half_made(maker, corporate)
    stranger = corporate.person(Role.BUYER, customer=corporate.customer())

    assert Decline.ORDER_NOT_FOUND == await drop_line(maker.house, stranger, DropLine(order.id, 1), NOON)
    assert Decline.ORDER_NOT_FOUND == await drop_line(maker.house, corporate.manager, DropLine(fresh_id(), 1), NOON)


async def test_only_a_line_that_has_failed_is_dropped(corporate: Corporate, maker: Maker) -> None:
    order = await half_made(maker, corporate)

    assert Decline.LINE_NOT_FAILED == await drop_line(maker.house, corporate.manager, DropLine(order.id, 2), NOON)
    assert Decline.LINE_NOT_FOUND == await drop_line(maker.house, corporate.manager, DropLine(order.id, 3), NOON)


@pytest.mark.parametrize("status", sorted(set(OrderStatus) - {OrderStatus.PARTIALLY_FAILED}))
async def test_no_line_is_dropped_in_any_other_status(
    corporate: Corporate, world: World, maker: Maker, status: OrderStatus
) -> None:
    order = await half_made(maker, corporate)

    with in_status(world, order.id, status):
        refused = await drop_line(maker.house, corporate.manager, DropLine(order.id, 1), NOON)

    assert Decline.ORDER_NOT_IN_STATE == refused


async def test_no_line_of_an_altered_order_is_dropped(corporate: Corporate, world: World, maker: Maker) -> None:
    order = await half_made(maker, corporate)

    with altered(world, order.id):
        refused = await drop_line(maker.house, corporate.manager, DropLine(order.id, 1), NOON)

    assert Decline.ORDER_ALTERED == refused


async def test_the_cards_of_a_cancelled_order_are_voided(corporate: Corporate, world: World, maker: Maker) -> None:
    order = await half_made(maker, corporate)
    await cancel_order(maker.house, corporate.manager, CancelOrder(order.id, "not wanted any more"), NOON)

    await recall_given_up_cards(maker.house)

    assert [(1, "voided", HALF), (2, "voided", 4)] == world.rows(CARDS, order.id)
    assert {"recalled"} == {status for status, _ in world.rows(ISSUES, order.id)}
    assert "cancelled" == status_of(world, order.id)
    async with maker.house.pool.connection() as connection:
        assert [] == await findings(connection)
