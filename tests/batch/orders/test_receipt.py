"""Confirming that cards have arrived."""

from datetime import datetime

import pytest

from florin.batch.orders.replace_cards import replace_cards
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.ask_replacements import NotReplaceable
from florin.clearing.orders.confirm_receipt import ConfirmReceipt, Received, confirm_receipt
from florin.domain.declines import Decline
from florin.domain.delivery import DeliveryPart
from florin.domain.invalid_field import InvalidField
from florin.domain.order_life import OrderStatus
from florin.domain.people import Actor, Role
from florin.domain.replacement import CardFinding, ReplacementReason, ReportedCard
from tests.batch.orders.box_desk import BoxDesk, broken_proofs, next_moment, shown
from tests.corporate import Corporate
from tests.world import World

MISSING, DAMAGED = ReplacementReason.MISSING, ReplacementReason.DAMAGED


@pytest.fixture
def desk(house: ClearingHouse, corporate: Corporate) -> BoxDesk:
    made = BoxDesk(house, corporate, OrderStatus.READY)
    corporate.hand_over(made.order)
    return made


async def confirm(
    desk: BoxDesk, *cards: ReportedCard, actor: Actor | None = None, now: datetime | None = None
) -> Received | NotReplaceable | Decline:
    now, actor = now or next_moment(), actor or desk.buyer
    proof = await shown(desk.house, actor, now)
    return await confirm_receipt(desk.house, actor, ConfirmReceipt(desk.order.id, cards), proof, now)


async def test_a_confirmed_order_is_delivered_and_its_cards_still_wait(desk: BoxDesk, world: World) -> None:
    now = next_moment()
    received = await confirm(desk, now=now)
    assert isinstance(received, Received)
    assert (OrderStatus.DELIVERED, now) == (received.order.status, received.order.received_at)
    assert [["sold"] * 3] == desk.statuses()
    assert ["order.delivered"] == world.events(desk.order.id)
    audit = world.rows("SELECT action, actor_id FROM audit WHERE subject_id = %s", desk.order.id)
    assert [("order.delivered", desk.buyer.session_id)] == audit
    assert Decline.ORDER_NOT_IN_STATE is await confirm(desk)


@pytest.mark.parametrize("status", [each for each in OrderStatus if each is not OrderStatus.READY])
async def test_only_what_is_ready_arrives(house: ClearingHouse, corporate: Corporate, status: OrderStatus) -> None:
    desk = BoxDesk(house, corporate, status)
    assert Decline.ORDER_NOT_IN_STATE is await confirm(desk)
    assert status == desk.standing()[0]


@pytest.mark.parametrize("part", DeliveryPart)
async def test_files_that_were_not_fetched_have_not_arrived(
    house: ClearingHouse, corporate: Corporate, part: DeliveryPart
) -> None:
    desk, (other,) = BoxDesk(house, corporate, OrderStatus.READY), set(DeliveryPart) - {part}
    assert Decline.DELIVERY_INCOMPLETE is await confirm(desk)
    corporate.hand_over(desk.order, part)
    corporate.hand_over(desk.order, other, of="1-000001")
    now = next_moment()
    assert Decline.DELIVERY_INCOMPLETE is await confirm(desk, now=now)
    assert "ready" == desk.standing()[0]
    corporate.hand_over(desk.order, other)
    # The code was not spent by what was refused.
    assert isinstance(await confirm(desk, now=now), Received)


async def test_nobody_of_ours_confirms_and_no_stranger(desk: BoxDesk, corporate: Corporate) -> None:
    assert Decline.ROLE_REQUIRED is await confirm(desk, actor=corporate.operator)
    assert Decline.ROLE_REQUIRED is await confirm(desk, actor=corporate.person(Role.APPROVER, customer=desk.customer))
    stranger = corporate.person(Role.BUYER, customer=corporate.customer())
    assert Decline.ORDER_NOT_FOUND is await confirm(desk, actor=stranger)


async def test_a_code_confirms_one_order(desk: BoxDesk) -> None:
    now = next_moment()
    ready = desk.corporate.order(desk.customer, OrderStatus.READY)
    desk.corporate.hand_over(ready)
    other = ConfirmReceipt(ready.id)
    proof = await shown(desk.house, desk.buyer, now)
    assert isinstance(await confirm(desk, now=now), Received)
    assert Decline.TOTP_CODE_INCORRECT is await confirm_receipt(desk.house, desk.buyer, other, proof, now)


async def test_missing_and_damaged_cards_are_reported_with_it_and_replaced(desk: BoxDesk, world: World) -> None:
    received = await confirm(desk, ReportedCard(1, 2, MISSING), ReportedCard(1, 3, DAMAGED))
    assert isinstance(received, Received)
    assert [(2, MISSING), (3, DAMAGED)] == [(each.old_serial, each.reason) for each in received.replacements]
    await replace_cards(desk.house, desk.order.id, world.clock)
    assert [["sold", "replaced", "replaced", "sold", "sold"]] == desk.statuses()
    assert ("delivered", desk.order.price_minor, 0) == desk.standing()
    assert (5, 5) == world.one(
        "SELECT ordered, generated FROM card_issue i JOIN order_line l ON l.issue_id = i.id WHERE l.order_id = %s",
        desk.order.id,
    )
    assert [] == await broken_proofs(desk.house.pool)


async def test_one_bad_report_stops_the_confirmation(desk: BoxDesk) -> None:
    refused = await confirm(desk, ReportedCard(1, 2, MISSING), ReportedCard(1, 4, MISSING), ReportedCard(2, 1, DAMAGED))
    missing = (CardFinding("1-000004", Decline.CARD_NOT_FOUND), CardFinding("2-000001", Decline.CARD_NOT_FOUND))
    assert NotReplaceable(missing) == refused
    assert "ready" == desk.standing()[0]
    with pytest.raises(InvalidField) as twice:
        await confirm(desk, ReportedCard(1, 2, MISSING), ReportedCard(1, 2, DAMAGED))
    assert "cards[1]" == twice.value.field
