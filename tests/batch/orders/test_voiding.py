"""Giving up cards that were never activated: they are void, and their share of the money is free again."""

import pytest

from florin.batch.orders.carry_out import carry_out
from florin.clearing.house import ClearingHouse
from florin.domain.card_instruction import Instruction, InstructionKind, RefusedCard
from florin.domain.card_selection import CardRange
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.storage.corporate.instructions import refusals_of
from tests.batch.orders.box_desk import ENOUGH_MINOR, BoxDesk, broken_proofs
from tests.corporate import Corporate
from tests.till import Till
from tests.world import World

VOID = InstructionKind.VOID


@pytest.fixture
def desk(house: ClearingHouse, corporate: Corporate) -> BoxDesk:
    return BoxDesk(house, corporate)


def held_minor(desk: BoxDesk) -> int:
    (amount_minor,) = desk.corporate.world.one(
        "SELECT held_minor FROM strict_account WHERE owner_id = %s AND code = 2030", desk.customer
    )
    return int(amount_minor)


async def test_a_voided_card_opens_nothing_and_its_money_is_free(desk: BoxDesk, world: World) -> None:
    before = held_minor(desk)
    done = await desk.done(VOID, [CardRange(1, 1, 1)])
    card = desk.order.cards[0][0]
    assert (1, 0, 0) == (done.done, done.skipped, done.refused)
    assert [["voided", "sold", "sold"]] == desk.statuses()
    assert ("delivered", 190_00, 0) == desk.standing()
    assert 95_00 == before - held_minor(desk)
    assert ["card.voided"] == world.events(card.id)
    assert Decline.CARD_NOT_ACTIVE is (await Till(desk.house, world.shop).purchase(card.by_pin, 1)).decline
    assert [] == await broken_proofs(desk.house.pool)


async def test_an_active_card_is_not_given_up_and_a_void_one_not_twice(desk: BoxDesk) -> None:
    await desk.done(ranges=[CardRange(1, 1, 1)])
    await desk.done(VOID, [CardRange(1, 2, 2)])
    done = await desk.done(VOID)
    assert (1, 1, 1) == (done.done, done.skipped, done.refused)
    assert [RefusedCard(1, 1, "card_not_voidable")] == await refusals_of(desk.house.pool, done.id, 10)
    assert ("activated", 0, 95_00) == desk.standing()


@pytest.mark.parametrize("status", [OrderStatus.READY, OrderStatus.DELIVERED])
async def test_an_order_of_which_all_is_given_up_is_cancelled(
    house: ClearingHouse, corporate: Corporate, world: World, status: OrderStatus
) -> None:
    desk = BoxDesk(house, corporate, status)
    await desk.done(VOID)
    assert ("cancelled", 0, 0) == desk.standing()
    assert 0 == held_minor(desk)
    assert ["order.cancelled"] == world.events(desk.order.id)
    assert [] == await broken_proofs(house.pool)


@pytest.mark.parametrize(
    "status", [each for each in OrderStatus if each not in (OrderStatus.READY, OrderStatus.DELIVERED)]
)
async def test_only_cards_that_are_there_and_wait_are_given_up(
    house: ClearingHouse, corporate: Corporate, status: OrderStatus
) -> None:
    desk = BoxDesk(house, corporate, status)
    before = corporate.world.everything_that_counts()
    assert Decline.ORDER_NOT_IN_STATE is await desk.ask(VOID)
    assert before == corporate.world.everything_that_counts()


async def test_our_operator_gives_up_for_the_customer(desk: BoxDesk) -> None:
    given = await desk.ask(VOID, actor=desk.corporate.operator)
    assert isinstance(given, Instruction)
    assert 3 == (await carry_out(desk.house, given.id)).done


async def test_money_that_is_free_again_funds_what_waits_for_it(desk: BoxDesk, corporate: Corporate) -> None:
    whole = (("bearer_gift", 1000_00, ENOUGH_MINOR // 1000_00),)
    waiting = corporate.order(desk.customer, OrderStatus.APPROVED, whole)
    standing = "SELECT status FROM corporate_order WHERE id = %s"
    await desk.done(VOID, [CardRange(1, 1, 2)])
    assert ("approved",) == corporate.world.one(standing, waiting.id)
    await desk.done(VOID)
    assert ("funded",) == corporate.world.one(standing, waiting.id)
    assert [] == await broken_proofs(desk.house.pool)
