import asyncio
from datetime import timedelta

import pytest

from florin.clearing.orders.submitted import require_unaltered
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.domain.people import Actor, Role
from florin.storage.corporate.orders import OrderView
from florin.storage.fresh_ids import fresh_id
from tests.clearing.orders.ordering import THREE_CARDS, Ordering, made
from tests.corporate import Lines

NINE_THOUSAND_NINE_HUNDRED: Lines = (("bearer_gift", 100_00, 99),)
A_HUNDRED: Lines = (("bearer_gift", 100_00, 1),)


@pytest.fixture
def stranger(ordering: Ordering) -> Actor:
    """A buyer of whom no identity document is on record."""
    return nameless(ordering)


def nameless(ordering: Ordering) -> Actor:
    actor = ordering.corporate.person(Role.BUYER, customer=ordering.customer)
    ordering.corporate.world.connection.execute(
        "UPDATE person SET identity_index = NULL, identity_encrypted = NULL WHERE id = %s", (actor.person_id,)
    )
    return actor


async def test_a_submission_freezes_price_maker_and_hash(ordering: Ordering) -> None:
    order = await ordering.submitted([("bearer_gift", 100_00, 3), ("recharge", 200_00, 1)])
    assert OrderStatus.SUBMITTED is order.status
    assert (None, 10_000, 500_00, 500_00) == (
        order.tier,
        order.price_basis_points,
        order.face_minor,
        order.price_minor,
    )
    assert [100_00, 200_00] == [each.principal_minor for each in order.lines]
    assert (ordering.buyer.login_id, ordering.buyer.person_id) == (order.submitted_by, order.submitted_person)
    assert await require_unaltered(ordering.house, order.id) is None
    assert ["order.drafted", "order.submitted"] == ordering.steps(order.id)
    assert ["order.submitted"] == ordering.corporate.world.events(order.id)


async def test_the_tier_is_that_of_the_moment_of_submission(ordering: Ordering) -> None:
    corporate = ordering.corporate
    if corporate.world.one("SELECT count(*) FROM tier WHERE programme_id = %s", corporate.world.home) == (0,):
        corporate.tiers()
    before = await ordering.submitted()
    silver = Ordering(ordering.house, corporate, corporate.customer(funding_minor=10_000_00))
    after = await silver.submitted([("bearer_gift", 100_00, 3), ("bearer_gift", 1_000_00, 1)])
    assert (None, 300_00) == (before.tier, before.price_minor)
    assert ("silver", 9_500, 1_300_00, 1_235_00) == (
        after.tier,
        after.price_basis_points,
        after.face_minor,
        after.price_minor,
    )
    assert [95_00, 950_00] == [each.principal_minor for each in after.lines]


@pytest.mark.parametrize(("limit_minor", "needs"), [(299_99, True), (300_00, False), (300_01, False)])
async def test_above_its_limit_the_customers_own_approver_is_asked(
    ordering: Ordering, limit_minor: int, *, needs: bool
) -> None:
    customer = ordering.corporate.customer(approval_limit_minor=limit_minor)
    order = await Ordering(ordering.house, ordering.corporate, customer).submitted()
    assert needs is order.needs_customer_approval


async def test_nobody_submits_a_strangers_order_or_one_that_is_not(ordering: Ordering) -> None:
    order = await ordering.drafted()
    other = ordering.corporate.person(Role.BUYER, customer=ordering.corporate.customer())
    assert Decline.ORDER_NOT_FOUND == await ordering.submit(order.id, by=other)
    assert Decline.ORDER_NOT_FOUND == await ordering.submit(fresh_id())
    assert Decline.ROLE_REQUIRED == await ordering.submit(order.id, by=ordering.approver)


async def test_an_empty_order_is_not_submitted(ordering: Ordering) -> None:
    assert Decline.ORDER_EMPTY == await ordering.submit((await ordering.drafted([])).id)


async def test_a_bearer_card_above_the_packs_cap_is_not_submitted(ordering: Ordering) -> None:
    assert Decline.LIMIT_EXCEEDED == await ordering.submit((await ordering.drafted([("bearer_gift", 2_000_00, 1)])).id)


async def test_a_customer_suspended_meanwhile_submits_nothing(ordering: Ordering) -> None:
    order = await ordering.drafted()
    ordering.corporate.world.connection.execute(
        "UPDATE customer SET status = 'suspended' WHERE id = %s", (ordering.customer,)
    )
    assert Decline.CUSTOMER_NOT_ACTIVE == await ordering.submit(order.id)


async def test_a_refused_submission_changes_nothing(ordering: Ordering) -> None:
    order = await ordering.drafted([("bearer_gift", 2_000_00, 1)])
    before = ordering.corporate.world.everything_that_counts()
    assert isinstance(await ordering.submit(order.id), Decline)
    assert order == await ordering.read(order.id)
    assert before == ordering.corporate.world.everything_that_counts()


# Recipients -----------------------------------------------------------------------------------------------------------


async def test_registered_cards_need_a_recipient_with_a_document_each(ordering: Ordering) -> None:
    order = await ordering.drafted([("registered_gift", 2_000_00, 2)])
    assert Decline.RECIPIENTS_REQUIRED == await ordering.submit(order.id)
    await ordering.name_recipients(order, identified=True)
    assert OrderStatus.SUBMITTED is made(await ordering.submit(order.id)).status


async def test_recipients_without_documents_are_not_enough_for_registered_cards(ordering: Ordering) -> None:
    order = await ordering.drafted([("registered_gift", 2_000_00, 2)])
    await ordering.name_recipients(order)
    assert Decline.RECIPIENTS_REQUIRED == await ordering.submit(order.id)


async def test_claim_links_need_a_recipient_each(ordering: Ordering) -> None:
    order = await ordering.drafted(delivery="links")
    assert Decline.RECIPIENTS_REQUIRED == await ordering.submit(order.id)
    await ordering.name_recipients(order)
    assert OrderStatus.SUBMITTED is made(await ordering.submit(order.id)).status


async def test_recipients_are_part_of_what_is_hashed(ordering: Ordering) -> None:
    order = await ordering.drafted()
    await ordering.name_recipients(order)
    made(await ordering.submit(order.id))
    assert await require_unaltered(ordering.house, order.id) is None
    ordering.corporate.world.connection.execute(
        "UPDATE order_recipient SET employee_number = 'N-999' WHERE order_id = %s AND serial = 2", (order.id,)
    )
    assert Decline.ORDER_ALTERED == await require_unaltered(ordering.house, order.id)


async def test_a_recipient_that_cannot_be_opened_is_noticed_at_submission(ordering: Ordering) -> None:
    order = await ordering.drafted()
    await ordering.name_recipients(order)
    ordering.corporate.world.connection.execute(
        """UPDATE order_recipient r SET contact_encrypted = o.contact_encrypted FROM order_recipient o
           WHERE r.order_id = %s AND o.order_id = r.order_id AND r.serial = 1 AND o.serial = 2""",
        (order.id,),
    )
    assert Decline.ORDER_ALTERED == await ordering.submit(order.id)


async def test_of_a_draft_and_of_no_order_nothing_was_submitted(ordering: Ordering) -> None:
    order = await ordering.drafted()
    assert Decline.ORDER_NOT_IN_STATE == await require_unaltered(ordering.house, order.id)
    assert Decline.ORDER_NOT_FOUND == await require_unaltered(ordering.house, fresh_id())


# Real name: what is split over a day is one purchase ------------------------------------------------------------------


async def test_bearer_cards_below_ten_thousand_yuan_a_day_need_no_name(ordering: Ordering, stranger: Actor) -> None:
    order = await ordering.submitted([("bearer_gift", 1_000_00, 9), ("bearer_gift", 500_00, 1)], by=stranger)
    assert 9_500_00 == order.face_minor


async def test_ten_thousand_yuan_at_once_need_a_name(ordering: Ordering, stranger: Actor) -> None:
    order = await ordering.drafted([("bearer_gift", 1_000_00, 10)], by=stranger)
    assert Decline.REAL_NAME_REQUIRED == await ordering.submit(order.id, by=stranger)
    assert OrderStatus.SUBMITTED is made(await ordering.submit(order.id)).status


async def test_ten_thousand_yuan_split_over_a_day_need_a_name_whoever_submits(
    ordering: Ordering, stranger: Actor
) -> None:
    await ordering.submitted(NINE_THOUSAND_NINE_HUNDRED, by=stranger)
    colleague = nameless(ordering)
    rest = await ordering.drafted(A_HUNDRED, by=colleague)
    assert Decline.REAL_NAME_REQUIRED == await ordering.submit(rest.id, by=colleague)


async def test_registered_cards_do_not_count_towards_the_limit(ordering: Ordering, stranger: Actor) -> None:
    named = await ordering.drafted([("registered_gift", 2_000_00, 5)], by=stranger)
    await ordering.name_recipients(named, identified=True)
    assert OrderStatus.SUBMITTED is made(await ordering.submit(named.id, by=stranger)).status
    assert OrderStatus.SUBMITTED is (await ordering.submitted(NINE_THOUSAND_NINE_HUNDRED, by=stranger)).status


async def test_cancelled_and_returned_orders_do_not_count(ordering: Ordering, stranger: Actor) -> None:
    cancelled = await ordering.submitted(NINE_THOUSAND_NINE_HUNDRED, by=stranger)
    made(await ordering.cancel(cancelled.id))
    returned = await ordering.submitted(NINE_THOUSAND_NINE_HUNDRED, by=stranger)
    made(await ordering.give_back(returned.id))
    assert OrderStatus.SUBMITTED is (await ordering.submitted(A_HUNDRED, by=stranger)).status


async def test_another_day_and_another_customer_begin_anew(ordering: Ordering, stranger: Actor) -> None:
    await ordering.submitted(NINE_THOUSAND_NINE_HUNDRED, by=stranger)
    other = Ordering(ordering.house, ordering.corporate, ordering.corporate.customer(approval_limit_minor=1_000_000_00))
    await other.submitted(A_HUNDRED, by=nameless(other))
    # Twelve hours after noon the programme's next business day has begun.
    ordering.corporate.world.clock.advance(timedelta(hours=12))
    assert OrderStatus.SUBMITTED is (await ordering.submitted(A_HUNDRED, by=stranger)).status


async def test_two_submissions_at_once_do_not_both_slip_under_the_limit(ordering: Ordering, stranger: Actor) -> None:
    orders = [await ordering.drafted([("bearer_gift", 1_000_00, 6)], by=stranger) for _ in range(4)]
    results = await asyncio.gather(*(ordering.submit(each.id, by=stranger) for each in orders))
    assert [Decline.REAL_NAME_REQUIRED] * 3 == [each for each in results if isinstance(each, Decline)]
    assert 1 == sum(isinstance(each, OrderView) for each in results)


async def test_one_order_submitted_twice_at_once_is_submitted_once(ordering: Ordering) -> None:
    order = await ordering.drafted(THREE_CARDS)
    results = await asyncio.gather(ordering.submit(order.id), ordering.submit(order.id))
    assert [Decline.ORDER_NOT_IN_STATE] == [each for each in results if isinstance(each, Decline)]
    assert ["order.submitted"] == ordering.corporate.world.events(order.id)
