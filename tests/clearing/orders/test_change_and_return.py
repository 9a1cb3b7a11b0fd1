import pytest

from florin.clearing.orders.return_order import ReturnOrder
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.order_life import OrderStatus
from florin.domain.people import Role
from florin.storage.fresh_ids import fresh_id
from tests.clearing.orders.ordering import THREE_CARDS, Ordering, made


async def test_a_draft_gets_other_lines_and_another_delivery(ordering: Ordering) -> None:
    order = await ordering.drafted()
    changed = made(
        await ordering.change(order.id, [("recharge", 500_00, 2), ("bearer_gift", 200_00, 1)], delivery="links")
    )
    assert [(1, 500_00, 2), (2, 200_00, 1)] == [
        (each.line, each.denomination_minor, each.quantity) for each in changed.lines
    ]
    assert "links" == changed.delivery
    assert ["order.drafted", "order.changed"] == ordering.steps(order.id)


async def test_recipients_go_with_the_lines_they_stood_in(ordering: Ordering) -> None:
    order = await ordering.drafted()
    await ordering.name_recipients(order)
    made(await ordering.change(order.id, THREE_CARDS))
    query = "SELECT count(*) FROM order_recipient WHERE order_id = %s"
    assert (0,) == ordering.corporate.world.one(query, order.id)


async def test_a_draft_is_changed_by_buyers_and_operators_only(ordering: Ordering) -> None:
    order = await ordering.drafted()
    assert OrderStatus.DRAFT is made(await ordering.change(order.id, THREE_CARDS, by=ordering.operator)).status
    assert Decline.ROLE_REQUIRED == await ordering.change(order.id, THREE_CARDS, by=ordering.approver)
    stranger = ordering.corporate.person(Role.BUYER, customer=ordering.corporate.customer())
    assert Decline.ORDER_NOT_FOUND == await ordering.change(order.id, THREE_CARDS, by=stranger)
    assert Decline.ORDER_NOT_FOUND == await ordering.change(fresh_id(), THREE_CARDS)


async def test_a_face_that_is_not_offered_changes_nothing(ordering: Ordering) -> None:
    order = await ordering.drafted()
    assert Decline.DENOMINATION_NOT_OFFERED == await ordering.change(order.id, [("bearer_gift", 123, 1)])
    assert order == await ordering.read(order.id)


# Returning ------------------------------------------------------------------------------------------------------------


async def test_a_returned_order_is_a_draft_of_which_nothing_is_frozen_or_approved(ordering: Ordering) -> None:
    careful = Ordering(ordering.house, ordering.corporate, ordering.corporate.customer())
    draft = await careful.drafted()
    made(await careful.submit(draft.id))
    made(await careful.approve(draft.id, by=careful.approver))
    assert draft == made(await careful.give_back(draft.id))
    assert "order.returned" == careful.steps(draft.id)[-1]
    assert ["order.submitted", "order.returned"] == careful.corporate.world.events(draft.id)


async def test_the_reason_is_kept(ordering: Ordering) -> None:
    order = await ordering.submitted()
    made(await ordering.give_back(order.id))
    query = "SELECT detail->>'reason' FROM audit WHERE subject_id = %s AND action = 'order.returned'"
    assert ("two cards too many",) == ordering.corporate.world.one(query, order.id)


@pytest.mark.parametrize("reason", ["", " "])
def test_a_reason_is_needed(reason: str) -> None:
    with pytest.raises(InvalidField):
        ReturnOrder(fresh_id(), reason)


async def test_makers_take_back_and_checkers_refuse(ordering: Ordering) -> None:
    for actor in (ordering.buyer, ordering.approver, ordering.manager, ordering.operator):
        order = await ordering.submitted()
        assert OrderStatus.DRAFT is made(await ordering.give_back(order.id, by=actor)).status


@pytest.mark.parametrize("role", [Role.FINANCE, Role.FINANCE_APPROVER, Role.AUDITOR, Role.ADMINISTRATOR])
async def test_nobody_else_returns_an_order(ordering: Ordering, role: Role) -> None:
    order = await ordering.submitted()
    assert Decline.ROLE_REQUIRED == await ordering.give_back(order.id, by=ordering.corporate.person(role))


async def test_a_stranger_returns_nothing(ordering: Ordering) -> None:
    order = await ordering.submitted()
    stranger = ordering.corporate.person(Role.APPROVER, customer=ordering.corporate.customer())
    assert Decline.ORDER_NOT_FOUND == await ordering.give_back(order.id, by=stranger)


async def test_whoever_submits_it_again_is_its_maker(ordering: Ordering) -> None:
    order = await ordering.submitted(by=ordering.operator)
    made(await ordering.give_back(order.id))
    again = made(await ordering.submit(order.id, by=ordering.buyer))
    assert ordering.buyer.person_id == again.submitted_person
