import asyncio
from datetime import timedelta

import pytest

from florin.clearing.orders.draft_order import DraftOrder, draft_order
from florin.clearing.orders.read_order import priced
from florin.domain.corporate_order import DeliveryKind
from florin.domain.declines import Decline
from florin.domain.identifiers import shard_of
from florin.domain.invalid_field import InvalidField
from florin.domain.order_life import OrderStatus
from florin.domain.order_rules import MOST_CARDS
from florin.domain.payment_reference import normalise_reference
from florin.domain.people import Role
from florin.storage.corporate.orders import OrderView
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import KeyReusedError
from tests.clearing.orders.ordering import THREE_CARDS, Ordering, made
from tests.world import FACES_MINOR


async def test_a_draft_has_its_lines_its_customers_shard_and_a_reference_to_pay_under(ordering: Ordering) -> None:
    order = await ordering.drafted([("bearer_gift", 100_00, 3), ("recharge", 500_00, 2)])
    assert OrderStatus.DRAFT is order.status
    assert [(1, 100_00, 3), (2, 500_00, 2)] == [
        (each.line, each.denomination_minor, each.quantity) for each in order.lines
    ]
    assert shard_of(ordering.customer) == order.shard == shard_of(order.id)
    assert order.payment_reference == normalise_reference(order.payment_reference)
    assert (ordering.buyer.login_id, ordering.customer) == (order.created_by, order.customer_id)
    assert ["order.drafted"] == ordering.steps(order.id)


async def test_lines_may_come_later(ordering: Ordering) -> None:
    order = await ordering.drafted([])
    assert order.lines == ()


async def test_our_operator_drafts_for_a_customer(ordering: Ordering) -> None:
    order = await ordering.drafted(by=ordering.operator)
    assert (ordering.operator.login_id, ordering.customer) == (order.created_by, order.customer_id)


async def test_an_operator_says_for_whom(ordering: Ordering) -> None:
    command = DraftOrder(None, DeliveryKind.FILES)
    with pytest.raises(InvalidField, match="customer_id"):
        await draft_order(ordering.house, ordering.operator, command, ordering.now)


async def test_a_buyer_drafts_for_no_other_customer_whether_it_exists_or_not(ordering: Ordering) -> None:
    for customer in (ordering.corporate.customer(), fresh_id()):
        command = DraftOrder(customer, DeliveryKind.FILES)
        assert Decline.CUSTOMER_NOT_FOUND == await draft_order(ordering.house, ordering.buyer, command, ordering.now)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.BUYER, Role.OPERATOR}))
async def test_nobody_else_drafts(ordering: Ordering, role: Role) -> None:
    customer = ordering.customer if role is Role.APPROVER else None
    assert Decline.ROLE_REQUIRED == await ordering.draft(by=ordering.corporate.person(role, customer=customer))


async def test_a_suspended_customer_orders_nothing(ordering: Ordering) -> None:
    suspended = Ordering(ordering.house, ordering.corporate, ordering.corporate.customer(status="suspended"))
    assert Decline.CUSTOMER_NOT_ACTIVE == await suspended.draft()


async def test_a_product_of_another_programme_is_not_found(ordering: Ordering) -> None:
    world = ordering.corporate.world
    abroad = world.products[world.abroad, "bearer_gift"]
    lines = (ordering.wanted(THREE_CARDS)[0].__class__(abroad, 100_00, 1),)
    command = DraftOrder(None, DeliveryKind.FILES, lines)
    assert Decline.PRODUCT_NOT_FOUND == await draft_order(ordering.house, ordering.buyer, command, ordering.now)


@pytest.mark.parametrize("off_minor", [-1, 1])
async def test_a_face_that_is_not_offered_is_refused(ordering: Ordering, off_minor: int) -> None:
    assert Decline.DENOMINATION_NOT_OFFERED == await ordering.draft([("bearer_gift", FACES_MINOR[0] + off_minor, 1)])


async def test_too_many_cards_are_refused_at_the_door(ordering: Ordering) -> None:
    with pytest.raises(InvalidField):
        await ordering.draft([("bearer_gift", 100_00, MOST_CARDS + 1)])


# Again under the same key ---------------------------------------------------------------------------------------------


async def test_the_same_request_under_its_key_finds_the_order_it_made(ordering: Ordering) -> None:
    first = made(await ordering.draft(key="key-0001"))
    await ordering.change(first.id, [("bearer_gift", 200_00, 1)])
    ordering.corporate.world.clock.advance(timedelta(hours=1))
    again = made(await ordering.draft(key="key-0001"))
    assert (first.id, first.created_at) == (again.id, again.created_at)
    assert 200_00 == again.lines[0].denomination_minor


async def test_another_request_under_the_key_is_refused(ordering: Ordering) -> None:
    await ordering.draft(key="key-0002")
    with pytest.raises(KeyReusedError):
        await ordering.draft([("bearer_gift", 100_00, 4)], key="key-0002")


async def test_keys_of_different_logins_do_not_meet(ordering: Ordering) -> None:
    colleague = ordering.corporate.person(Role.BUYER, customer=ordering.customer)
    first, second = made(await ordering.draft(key="key-0003")), made(await ordering.draft(key="key-0003", by=colleague))
    assert first.id != second.id


async def test_the_same_request_sent_many_times_at_once_makes_one_order(ordering: Ordering) -> None:
    results = await asyncio.gather(*(ordering.draft(key="key-0004") for _ in range(8)))
    assert 1 == len({made(each).id for each in results})
    query = "SELECT count(*) FROM corporate_order WHERE customer_id = %s"
    assert (1,) == ordering.corporate.world.one(query, ordering.customer)


# The quote ------------------------------------------------------------------------------------------------------------


async def test_a_draft_shows_what_it_would_cost_by_the_tier_of_now(ordering: Ordering) -> None:
    corporate = ordering.corporate
    query = "SELECT count(*) FROM tier WHERE programme_id = %s"
    if corporate.world.one(query, corporate.world.home) == (0,):
        corporate.tiers()
    gold = Ordering(ordering.house, corporate, corporate.customer(funding_minor=30_000_00))
    for person, tier, price_minor in ((ordering, None, 300_00), (gold, "gold", 279_00)):
        order: OrderView = await person.drafted()
        shown = await priced(person.house, order)
        assert shown.is_quote
        assert (tier, price_minor, 300_00 - price_minor) == (
            shown.price.tier,
            shown.price.price_minor,
            shown.price.discount_minor,
        )
